import { useAuth, useOrganization, useUser } from "@clerk/react";
import { useState } from "react";

// Kept in this browser, one list for each organization and one of one's own.
function useNotes(owner) {
  const key = `notes:${owner}`;
  const [, redraw] = useState(0);
  const notes = JSON.parse(localStorage.getItem(key) ?? "[]");
  const keep = (changed) => {
    localStorage.setItem(key, JSON.stringify(changed));
    redraw((count) => count + 1);
  };
  return [notes, keep];
}

export function Notes() {
  const { user } = useUser();
  const { organization } = useOrganization();
  const { userId, orgId, actor } = useAuth();
  const [notes, keep] = useNotes(orgId ?? userId);

  function add(event) {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get("text").trim();
    if (text) keep([...notes, text]);
    event.currentTarget.reset();
  }

  return (
    <section>
      <h1>{organization ? organization.name : `${user.firstName || "Your"}${user.firstName ? "’s" : ""} notes`}</h1>
      <p>
        Signed in as <b data-testid="address">{user.primaryEmailAddress?.emailAddress}</b>
      </p>
      {actor && (
        <p>
          You act as {user.firstName || "somebody else"}; the records name you as <b data-testid="actor">{actor.sub}</b>.
        </p>
      )}
      <ul>
        {notes.map((note, position) => (
          <li key={position}>
            {note}{" "}
            <button
              aria-label={`Remove ${note}`}
              onClick={() => keep(notes.filter((_, other) => other !== position))}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <form onSubmit={add}>
        <input name="text" aria-label="A new note" placeholder="A new note" autoComplete="off" />
        <button className="button">Add</button>
      </form>
    </section>
  );
}
