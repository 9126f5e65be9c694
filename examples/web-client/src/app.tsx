import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Chat } from "./chat.tsx";
import { Mark } from "./icons.tsx";
import { SignIn } from "./sign-in.tsx";
import { openSession, type Stage } from "./session.ts";

export function App(): JSX.Element {
  const [stage, setStage] = useState<Stage>({ at: "opening" });
  useEffect(() => void openSession(setStage), []);
  switch (stage.at) {
    case "opening":
      return <Notice title="One moment" text="Opening your chats." />;
    case "elsewhere":
      return <Notice title="Open in another tab" text="Your chats are open in another tab or window. Close it, and they move here." />;
    case "broken":
      return (
        <Notice title="Something went wrong" text={stage.why}>
          <button class="primary" onClick={() => location.reload()}>
            Load the page again
          </button>
        </Notice>
      );
    case "signed-out":
      return <SignIn client={stage.client} failure={stage.problem} />;
    default:
      return <Chat client={stage.client} />;
  }
}

function Notice({ title, text, children }: { title: string; text: string; children?: JSX.Element }): JSX.Element {
  return (
    <main class="notice" aria-live="polite">
      <Mark />
      <h1>{title}</h1>
      <p>{text}</p>
      {children}
    </main>
  );
}
