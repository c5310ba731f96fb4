"""The account portal: our own pages to sign up, sign in and keep an account."""
