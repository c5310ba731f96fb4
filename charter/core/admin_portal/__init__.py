"""The admin portal: where a company's IT admin configures its connections, by a link alone."""
