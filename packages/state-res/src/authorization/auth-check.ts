import { PowerLevels, type RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import type { AuthEvent, FetchEvent, FetchState } from "./auth-event.ts";
import { member, stringMember } from "./raw-content.ts";
import { type LevelChange, levelChanges, type LevelsName } from "./rules/level-changes.ts";

/** Checks of signatures that some rules ask for. */
export interface AuthSignatureChecks {
  /**
   * Whether any signature of `signed` is by the public key (base64). Default: with Ed25519, trying at most 8 signatures with each of at most 33 keys.
   */
  readonly isSignedByKey?: ((signed: JsonObject, publicKey: string) => boolean) | undefined;
  /**
   * Whether a server has validly signed an event, for `join_authorised_via_users_server`. Default: `true`, because the checks on receipt
   * have verified that signature before (`requiredServers` of `@patrix/signatures` includes it).
   */
  readonly isSignedByServer?: ((event: AuthEvent, serverName: string) => boolean) | undefined;
}

/** @internal One event under check, with what the rules read of the room; each thing is looked up at most once. */
export class AuthCheck {
  readonly event: AuthEvent;
  readonly rules: RoomVersionRules;
  readonly state: FetchState;
  readonly fetchEvent: FetchEvent;
  readonly signatures: AuthSignatureChecks;
  #create: AuthEvent | undefined;
  #powerLevelsEvent: AuthEvent | undefined;
  #powerLevels: PowerLevels | undefined;
  #senderMembership: string | undefined;
  #targetMembership: string | undefined;
  #levelChanges: Partial<Record<LevelsName, readonly LevelChange[]>> | undefined;

  constructor(event: AuthEvent, rules: RoomVersionRules, state: FetchState, fetchEvent: FetchEvent, signatures: AuthSignatureChecks) {
    this.event = event;
    this.rules = rules;
    this.state = state;
    this.fetchEvent = fetchEvent;
    this.signatures = signatures;
  }

  get create(): AuthEvent | undefined {
    return (this.#create ??= this.state("m.room.create", ""));
  }

  get powerLevelsEvent(): AuthEvent | undefined {
    return (this.#powerLevelsEvent ??= this.state("m.room.power_levels", ""));
  }

  get powerLevels(): PowerLevels {
    return (this.#powerLevels ??= new PowerLevels(this.powerLevelsEvent, this.create, this.rules));
  }

  get senderLevel(): number {
    return this.powerLevels.userLevel(this.event.sender);
  }

  /** The user whose membership an `m.room.member` event is about. */
  get target(): string {
    return this.event.state_key ?? "";
  }

  get targetLevel(): number {
    return this.powerLevels.userLevel(this.target);
  }

  get senderMembership(): string {
    return (this.#senderMembership ??= this.membershipOf(this.event.sender));
  }

  get targetMembership(): string {
    return (this.#targetMembership ??= this.membershipOf(this.target));
  }

  get isSenderTarget(): boolean {
    return this.event.sender === this.event.state_key;
  }

  /** The membership that the event asks for. */
  get membership(): string | undefined {
    return stringMember(this.event.content, "membership");
  }

  /** What an `m.room.power_levels` event changes of some levels of the room. */
  levelChanges(name: LevelsName): readonly LevelChange[] {
    const known = (this.#levelChanges ??= {});
    return (known[name] ??= levelChanges(this.powerLevelsEvent?.content, this.event.content, name, this.rules.authorization));
  }

  /** The room's join rule: `invite` where nothing says otherwise, `""` where it is no string. */
  get joinRule(): string {
    const rule = member(this.state("m.room.join_rules", "")?.content, "join_rule") ?? "invite";
    return typeof rule === "string" ? rule : "";
  }

  membershipOf(userId: string): string {
    return stringMember(this.state("m.room.member", userId)?.content, "membership") ?? "leave";
  }
}
