import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** Shows a recovery key, the only time that it is shown. */
export function RecoveryKey({ recoveryKey }: { recoveryKey: string }): JSX.Element {
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(recoveryKey);
    setSaid("Copied.");
  };
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([`${recoveryKey}\n`], { type: "text/plain" }));
    Object.assign(document.createElement("a"), { href: url, download: "recovery-key.txt" }).click();
    URL.revokeObjectURL(url);
    setSaid("Saved.");
  };
  return (
    <div class="recovery-key">
      <p>Keep it where you keep your passwords. It is not shown again.</p>
      <code tabIndex={0}>{recoveryKey}</code>
      <div class="buttons">
        <button class="primary" onClick={() => void copy()}>
          Copy
        </button>
        <button onClick={save}>Save as a file</button>
        <span role="status" class="good">
          {said}
        </span>
      </div>
    </div>
  );
}
