import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { describeError } from "../session.ts";
import type { SetUpProps } from "./set-up-form.tsx";

type Form = (props: SetUpProps) => JSX.Element;

/** The form that makes the identity of the user; it is loaded when it is needed, as most people need it once. */
export function SetUp(props: SetUpProps): JSX.Element {
  const [form, setForm] = useState<{ readonly Form: Form }>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    import("./set-up-form.tsx").then(
      ({ SetUpForm }) => setForm({ Form: SetUpForm }),
      (error: unknown) => setProblem(describeError(error)),
    );
  }, []);
  if (form) return <form.Form {...props} />;
  return problem === "" ? (
    <p role="status">One moment…</p>
  ) : (
    <p class="problem" role="alert">
      {problem}
    </p>
  );
}
