import { type Client, MatrixError, type UiaStage } from "@patrix/client";
import type { JSX, TargetedSubmitEvent } from "preact";
import { useState } from "preact/hooks";
import { formField } from "../form-field.ts";
import { recentPassword } from "../password.ts";
import { describeError } from "../session.ts";
import { RecoveryKey } from "./recovery-key.tsx";

/** Makes the identity of the user, and shows the key that brings it to other devices. */
export function SetUpForm({ client, replaces = false }: { client: Client; replaces?: boolean }): JSX.Element {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const [key, setKey] = useState<string>();
  const [known] = useState(recentPassword());
  const [page, setPage] = useState<ConfirmationPage>();
  const hasPassword = client.session.value?.oauth === undefined;
  const submit = async (event: TargetedSubmitEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const password = known ?? formField(event.currentTarget, "password");
    setBusy(true);
    setProblem("");
    try {
      const uia = answer(client.userId, password, setPage);
      const { recoveryKey } = await (replaces ? client.encryption.reset({ uia }) : client.encryption.setup({ uia }));
      setKey(recoveryKey);
    } catch (error) {
      setProblem(MatrixError.is(error, "M_FORBIDDEN") ? "The password is wrong." : describeError(error));
    }
    setBusy(false);
  };
  if (key !== undefined) return <RecoveryKey recoveryKey={key} />;
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>You get a recovery key. It opens your messages on every device, and the server cannot read them without it.</p>
      {known === undefined && hasPassword && (
        <label>
          Password of your account
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
      )}
      {problem !== "" && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {page && (
        <p role="alert">
          The server wants to be sure that it is you: confirm it{" "}
          <a href={page.url} target="_blank" rel="noreferrer">
            on its page
          </a>
          , and then{" "}
          <button type="button" class="link" onClick={() => page.done()}>
            go on here
          </button>
          .
        </p>
      )}
      <button class="primary" disabled={isBusy}>
        {isBusy ? "One moment…" : "Make a recovery key"}
      </button>
    </form>
  );
}

/** A page of the server on which the user confirms something. */
interface ConfirmationPage {
  readonly url: string;
  readonly done: () => void;
}

/** Answers with the password, once, or has the user confirm it on a page of the server. */
function answer(
  user: string,
  password: string,
  show: (page: ConfirmationPage | undefined) => void,
): (stage: UiaStage) => Promise<Record<string, unknown> | void> {
  let isAsked = false;
  return async (stage) => {
    if (stage.type === "other") return new Promise((resolve) => show({ url: stage.fallbackUrl, done: () => (show(undefined), resolve()) }));
    if (stage.type !== "m.login.password") return {};
    if (isAsked) throw new Error("The password is wrong.");
    isAsked = true;
    return { identifier: { type: "m.id.user", user }, password };
  };
}
