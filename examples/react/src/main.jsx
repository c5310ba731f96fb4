import { ClerkProvider } from "@clerk/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./App.jsx";
import "./app.css";

// All that points the official client at Charter; `charter env --for react` writes it to .env.
const settings = import.meta.env;

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <ClerkProvider
      publishableKey={settings.VITE_CLERK_PUBLISHABLE_KEY}
      proxyUrl={settings.VITE_CLERK_PROXY_URL}
      __internal_clerkJSUrl={settings.VITE_CLERK_JS_URL}
      __internal_clerkUIUrl={settings.VITE_CLERK_UI_URL}
      signInUrl="/sign-in"
      signUpUrl="/sign-up"
      telemetry={false}
    >
      <App />
    </ClerkProvider>
  </StrictMode>,
);
