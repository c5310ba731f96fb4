import { useAuth } from "@clerk/react";
import { useEffect, useState } from "react";

function claimsOf(token) {
  const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(part), (letter) => letter.codePointAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

// What a server of this app would be told with each request.
export function Token() {
  const { getToken, orgId, sessionId } = useAuth();
  const [claims, setClaims] = useState(null);
  useEffect(() => {
    let isCurrent = true;
    getToken().then((token) => isCurrent && setClaims(token && claimsOf(token)));
    return () => {
      isCurrent = false;
    };
  }, [getToken, orgId, sessionId]);
  return (
    <details open>
      <summary>The session token says</summary>
      <pre data-testid="claims">{JSON.stringify(claims, null, 2)}</pre>
    </details>
  );
}
