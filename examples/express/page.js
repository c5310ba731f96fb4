// The frame of every page, with the browser scripts that Charter serves.
const settings = process.env;

export function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text).replace(/[&<>"]/g, (letter) => names[letter]);
}

export function page(body) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Charter and Express</title>
    <link rel="icon" href="data:,">
    <style>
      body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1c2030; background: #f6f7fb }
      header { display: flex; gap: 1rem; align-items: center; padding: .75rem 1.5rem;
               background: #fff; border-bottom: 1px solid #e3e6ef }
      header a:first-child { margin-right: auto; font-weight: 700; color: inherit }
      a { color: #3346c8; text-decoration: none }
      main { display: grid; justify-content: center; padding: 2rem 1.5rem }
    </style>
  </head>
  <body>
    <header><a href="/">Greetings</a><a href="/profile">Profile</a><span id="user"></span></header>
    <main>${body}</main>
    <script src="${escaped(settings.CLERK_UI_URL)}" crossorigin="anonymous"></script>
    <script
      src="${escaped(settings.CLERK_JS_URL)}" crossorigin="anonymous"
      data-clerk-publishable-key="${escaped(settings.CLERK_PUBLISHABLE_KEY)}"
      data-clerk-proxy-url="${escaped(settings.CLERK_PROXY_URL)}"></script>
    <script type="module">
      await Clerk.load({
        ui: { ClerkUI: window.__internal_ClerkUICtor },
        signInUrl: "/sign-in", signUpUrl: "/sign-up", telemetry: false,
      });
      const user = document.getElementById("user");
      if (Clerk.isSignedIn) Clerk.mountUserButton(user, { userProfileUrl: "/profile", userProfileMode: "navigation" });
      else user.innerHTML = '<a href="/sign-in">Sign in</a> · <a href="/sign-up">Sign up</a>';
      const place = document.getElementById("component");
      if (place) Clerk["mount" + place.dataset.component](place);
    </script>
  </body>
</html>`;
}
