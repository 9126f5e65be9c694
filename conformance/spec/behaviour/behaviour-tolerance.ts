/** Something that readers take, ignore or default, by the words of the specification. */
export interface BehaviourTolerance {
  /** A file of the specification's repository at v1.19. */
  readonly place: string;
  /** What it says, in our words. */
  readonly words: string;
  /** Shows it on the public functions of the packages, with expectations. */
  readonly holds: () => void | Promise<void>;
}

/** The issue that brings what a tolerance is about. */
export type Issue = "G" | "I" | "after I";

/** A tolerance of something that Patrix does not have yet. */
export interface OwedTolerance extends Omit<BehaviourTolerance, "holds"> {
  readonly owed: Issue;
}
