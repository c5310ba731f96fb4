import { ClerkProvider, OrganizationSwitcher, Show, UserButton } from "@clerk/nextjs";

import "./app.css";

export const metadata = { title: "Teams · Charter and Next.js", icons: { icon: "data:," } };

// Each page is rendered for the one who asks.
export const dynamic = "force-dynamic";

export default function Layout({ children }) {
  return (
    <ClerkProvider signInUrl="/sign-in" signUpUrl="/sign-up">
      <html lang="en">
        <body>
          <header>
            <a className="name" href="/">
              Teams
            </a>
            <Show when="signed-in">
              <a href="/team">Team</a>
              <OrganizationSwitcher />
              <UserButton userProfileMode="navigation" userProfileUrl="/profile" />
            </Show>
            <Show when="signed-out">
              <a href="/sign-in">Sign in</a>
              <a href="/sign-up">Sign up</a>
            </Show>
          </header>
          <main>{children}</main>
        </body>
      </html>
    </ClerkProvider>
  );
}
