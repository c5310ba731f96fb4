import { auth, clerkClient } from "@clerk/nextjs/server";

export default async function Team() {
  const { orgId, orgRole } = await auth();
  if (!orgId) return <p>Choose an organization above, or create one.</p>;
  const client = await clerkClient();
  const { data: members } = await client.organizations.getOrganizationMembershipList({
    organizationId: orgId,
  });
  return (
    <>
      <h1>Your team</h1>
      <p>You are {orgRole}.</p>
      <ul>
        {members.map((member) => (
          <li key={member.id}>
            {member.publicUserData?.identifier}, {member.role}
          </li>
        ))}
      </ul>
    </>
  );
}
