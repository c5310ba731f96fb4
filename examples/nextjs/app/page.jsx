import { auth, currentUser } from "@clerk/nextjs/server";

export default async function Home() {
  const { isAuthenticated, orgSlug, actor } = await auth();
  if (!isAuthenticated) return <h1>Hello, stranger</h1>;
  const user = await currentUser();
  const name = user.firstName ?? user.primaryEmailAddress?.emailAddress;
  return (
    <>
      <h1>Hello, {name}</h1>
      <p>
        Rendered on the server{orgSlug ? `, for ${orgSlug}` : ""}. <a href="/team">See your team</a>
      </p>
      {actor && (
        <p>
          You act as {name}; the records name you as {actor.sub}.
        </p>
      )}
    </>
  );
}
