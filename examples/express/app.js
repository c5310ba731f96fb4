// A server-rendered app: the official middleware says who asks, Charter keeps who there is.
import { clerkClient, clerkMiddleware, getAuth } from "@clerk/express";
import express from "express";

import { escaped, page } from "./page.js";

const app = express();
app.use(clerkMiddleware());

app.get("/", async (request, response) => {
  const { isAuthenticated, userId, orgSlug, orgRole, actor } = getAuth(request);
  if (!isAuthenticated) {
    response.send(page("<h1>Hello, stranger</h1><p>This page was written by the server.</p>"));
    return;
  }
  // One request with the secret key; the token alone already said who it is.
  const user = await clerkClient.users.getUser(userId);
  const name = user.firstName ?? user.primaryEmailAddress?.emailAddress ?? user.id;
  const place = orgSlug ? `You act for <b>${escaped(orgSlug)}</b> as ${escaped(orgRole)}.` : "";
  // Somebody whom this app lets act as the user, by an actor token.
  const acting = actor ? `<p>You act as ${escaped(name)}; the records name you as ${escaped(actor.sub)}.</p>` : "";
  response.send(page(`<h1>Hello, ${escaped(name)}</h1><p>Written by the server. ${place}</p>${acting}`));
});

app.get("/sign-in", (_, response) => {
  response.send(page('<div id="component" data-component="SignIn"></div>'));
});

app.get("/sign-up", (_, response) => {
  response.send(page('<div id="component" data-component="SignUp"></div>'));
});

app.get("/profile", (request, response) => {
  if (!getAuth(request).isAuthenticated) return response.redirect("/sign-in");
  return response.send(page('<div id="component" data-component="UserProfile"></div>'));
});

app.get("/api/me", (request, response) => {
  const { isAuthenticated, userId, sessionId, orgId, orgRole, actor } = getAuth(request);
  if (!isAuthenticated) return response.status(401).json({ error: "Sign in first." });
  return response.json({ userId, sessionId, orgId, orgRole, actor });
});

const port = process.env.PORT ?? 3001;
app.listen(port, () => console.log(`The app runs at http://localhost:${port}`));
