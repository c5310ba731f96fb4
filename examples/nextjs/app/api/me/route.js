import { auth } from "@clerk/nextjs/server";

export async function GET() {
  const { isAuthenticated, userId, sessionId, orgId, orgRole, actor } = await auth();
  if (!isAuthenticated) return Response.json({ error: "Sign in first." }, { status: 401 });
  return Response.json({ userId, sessionId, orgId, orgRole, actor });
}
