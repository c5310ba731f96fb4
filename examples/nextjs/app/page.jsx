import { auth, currentUser } from "@clerk/nextjs/server";

export default async function Home() {
  const { isAuthenticated, orgSlug } = await auth();
  if (!isAuthenticated) return <h1>Hello, stranger</h1>;
  const user = await currentUser();
  return (
    <>
      <h1>Hello, {user.firstName ?? user.primaryEmailAddress?.emailAddress}</h1>
      <p>
        Rendered on the server{orgSlug ? `, for ${orgSlug}` : ""}. <a href="/team">See your team</a>
      </p>
    </>
  );
}
