import { OrganizationSwitcher, Show, SignIn, SignUp, UserButton } from "@clerk/react";

import { Notes } from "./Notes.jsx";
import { Token } from "./Token.jsx";

// The components keep their own steps behind the `#` of the address.
const PAGES = { "/sign-in": SignIn, "/sign-up": SignUp };

export function App() {
  const Page = PAGES[window.location.pathname];
  return (
    <>
      <header>
        <a className="name" href="/">
          Notes
        </a>
        <Show when="signed-in">
          <OrganizationSwitcher />
          <UserButton />
        </Show>
        <Show when="signed-out">
          <a href="/sign-in">Sign in</a>
          <a className="button" href="/sign-up">
            Sign up
          </a>
        </Show>
      </header>
      <main>{Page ? <Page /> : <Home />}</main>
    </>
  );
}

function Home() {
  return (
    <>
      <Show when="signed-out">
        <h1>Notes that stay with your team</h1>
        <p>
          Sign up with any address that has <code>+clerk_test</code> in it, such as{" "}
          <code>ann+clerk_test@example.com</code>; its code is always <code>424242</code>. The mail
          of every other address is in Charter's outbox.
        </p>
      </Show>
      <Show when="signed-in">
        <Notes />
        <Token />
      </Show>
    </>
  );
}
