// Runs before every page: reads the session, and renews it at Charter when that is needed.
import { clerkMiddleware, createRouteMatcher } from "@clerk/nextjs/server";

const isForMembers = createRouteMatcher(["/team(.*)", "/profile(.*)"]);

export default clerkMiddleware(
  async (auth, request) => {
    if (isForMembers(request)) await auth.protect();
  },
  { signInUrl: "/sign-in", signUpUrl: "/sign-up" },
);

export const config = {
  matcher: ["/((?!_next|[^?]*\\.(?:css|js|png|jpe?g|svg|ico|webmanifest)).*)"],
};
