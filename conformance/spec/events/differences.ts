/** Where the models differ from the specification's schemas on purpose. */
export interface Difference {
  /** Which lines of the comparison. */
  readonly lines: RegExp;
  readonly reason: string;
}

/** Every deliberate difference; one that no longer occurs fails the test. */
export const differences: readonly Difference[] = [
  { lines: /: values \[\] are \[/, reason: "The description names values; the enum stays open, so every string passes." },
  { lines: /: values \[(answer|offer)\] are \[answer offer\]/, reason: "One open type of session description for all events of a call." },
  {
    lines: /: pattern none is ([@!$]|mxc:)$/,
    reason: "The description says that the string is an identifier; its sigil is checked as it is where the schema has a pattern.",
  },
  {
    lines: /\/m\.(relates_to|mentions|new_content): not in the specification/,
    reason: "Modules of the specification add these to any message-like event. A malformed one is ignored, not fatal.",
  },
  {
    lines: /\/(thumbnail_)?file\/(url|key|iv|hashes|v): not in the specification/,
    reason: "The schema says `EncryptedFile` in words only; the shared definition of that name is checked.",
  },
  {
    lines: /^m\.key\.verification\.start\$m\.sas\.v1\/\w+: required is optional/,
    reason: "The specification's example of the generic schema names this method and has none of its fields.",
  },
  { lines: /^m\.key\.verification\.start\$.*\/next_method: not in/, reason: "The generic schema has it for every method." },
  {
    lines: /^m\.room\.image_pack\/images\/\(keys\): pattern/,
    reason: "The words have clients show images whose shortcode is malformed.",
  },
  { lines: /^m\.key_backup\/enabled: required is optional/, reason: "The words have clients ignore contents without it." },
  { lines: /^m\.key\.verification\.accept\/method: type {2}is string/, reason: "The schema requires it without describing it." },
  { lines: /^m\.push_rules\/.*\/value: type .* is $/, reason: "A value of any type just never matches; see the package push-rules." },
  {
    lines: /^m\.room\.canonical_alias\/alias: type string is null/,
    reason: "The prose has rooms without an alias; servers write that as `null` or an empty string.",
  },
  {
    lines: /^edu m\.signing_key_update\/\w+_key\/signatures\/\*: not in the specification$/,
    reason: "The words of cross-signing keys have signatures by user and key ID, as signed JSON does.",
  },
  { lines: /^m\.room\.policy\(state key\): pattern none is \^\$/, reason: "Described as the empty string." },
  {
    lines: /^m\.room\.power_levels\/\S+: type integer is number\|string$/,
    reason: "The words of room versions 1 to 9 add texts that hold an integer, those of 1 to 5 fractions.",
  },
  { lines: /^m\.room\.power_levels\/notifications\/room: not in the model/, reason: "The map of levels has it like any other key." },
  {
    lines: /^definition m\.relates_to\//,
    reason: "One open form for every relation; a reply has neither `rel_type` nor `event_id`, so no example of it fits the schema.",
  },
  {
    lines: /^definition room_key_bundle\/room_keys\//,
    reason: "The schema has `required` beside the items, where it has no effect, instead of in them.",
  },
];
