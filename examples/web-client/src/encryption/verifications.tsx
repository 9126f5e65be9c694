import type { Client, Verification } from "@patrix/client";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Dialog } from "../dialog.tsx";
import { Icon } from "../icons.tsx";
import { useLive } from "../use-live.ts";
import { shownVerification, watchVerification } from "./watch-verification.ts";

/** Shows what other devices ask for, and what this one has asked for. */
export function Verifications({ client }: { client: Client }): JSX.Element | null {
  useEffect(() => client.encryption.onRequest(watchVerification), [client]);
  const verification = useLive(shownVerification);
  return verification ? <Steps verification={verification} userId={client.userId} /> : null;
}

function Steps({ verification, userId }: { verification: Verification; userId: string }): JSX.Element {
  const { step } = useLive(verification);
  const isOver = step === "done" || step === "cancelled";
  const close = (): void => {
    if (!isOver) void verification.cancel().catch(() => {});
    shownVerification.set(undefined);
  };
  const { userId: other, deviceId } = verification.with;
  const whom = other === userId ? `your device ${deviceId ?? ""}` : other;
  return (
    <Dialog title="Verify a device" onClose={close}>
      <Step verification={verification} whom={whom} onClose={close} />
    </Dialog>
  );
}

function Step({ verification, whom, onClose }: { verification: Verification; whom: string; onClose: () => void }): JSX.Element {
  const state = useLive(verification);
  switch (state.step) {
    case "requested":
      if (!verification.incoming) return <p role="status">Accept the request on {whom}.</p>;
      return (
        <>
          <p>{whom} asks to be verified. Have both in front of you, or talk to its owner.</p>
          <button class="primary" onClick={() => void verification.accept()}>
            Begin
          </button>
        </>
      );
    case "ready":
      return <p role="status">One moment: the devices are agreeing on something to compare.</p>;
    case "emoji":
      return <Emoji verification={verification} emoji={state.emoji} />;
    case "scanned":
      return (
        <Question verification={verification} text={`Does ${whom} say that it has scanned the code?`} yes="It does" no="It does not" />
      );
    case "confirming":
      return <p role="status">Waiting until it is confirmed on {whom}.</p>;
    case "done":
      return (
        <>
          <p class="good" role="status">
            <Icon name="shield" /> Verified. Messages between these devices are safe.
          </p>
          <button class="primary" onClick={onClose}>
            Done
          </button>
        </>
      );
    default:
      return (
        <>
          <p class="problem" role="alert">
            {state.byUs ? "It was called off." : `It was called off by the other side: ${state.reason}`}
          </p>
          <button onClick={onClose}>Close</button>
        </>
      );
  }
}

type ShownEmoji = Extract<Verification["value"], { step: "emoji" }>["emoji"];

function Emoji({ verification, emoji }: { verification: Verification; emoji: ShownEmoji }): JSX.Element {
  return (
    <>
      <p>Do both show the same, in the same order?</p>
      <ol class="emoji">
        {emoji.map(({ symbol, name }, at) => (
          <li key={at}>
            <span aria-hidden="true">{symbol}</span>
            {name}
          </li>
        ))}
      </ol>
      <Question verification={verification} yes="They are the same" no="They differ" />
    </>
  );
}

interface QuestionProps {
  verification: Verification;
  text?: string;
  yes: string;
  no: string;
}

function Question({ verification, text, yes, no }: QuestionProps): JSX.Element {
  return (
    <>
      {text === undefined ? null : <p>{text}</p>}
      <div class="buttons">
        <button class="primary" onClick={() => void verification.confirm()}>
          {yes}
        </button>
        <button onClick={() => void verification.mismatch()}>{no}</button>
      </div>
    </>
  );
}
