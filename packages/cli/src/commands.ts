import type { Command } from "./command-line/command.ts";
import { authCheck } from "./commands/auth-check.ts";
import { backup } from "./commands/backup.ts";
import { canonicalize } from "./commands/canonicalize.ts";
import { completion } from "./commands/completion.ts";
import { databaseCheck } from "./commands/database-check.ts";
import { databaseCopy } from "./commands/database-copy.ts";
import { eventIdCommand } from "./commands/event-id.ts";
import { federationCheck } from "./commands/federation-check.ts";
import { federationRetry } from "./commands/federation-retry.ts";
import { federationStatusCommand } from "./commands/federation-status.ts";
import { generateKey } from "./commands/generate-key.ts";
import { limits } from "./commands/limits.ts";
import { mediaDelete } from "./commands/media-delete.ts";
import { mediaList } from "./commands/media-list.ts";
import { mediaQuarantine } from "./commands/media-quarantine.ts";
import { mediaUsage } from "./commands/media-usage.ts";
import { notice } from "./commands/notice.ts";
import { pduInspect } from "./commands/pdu-inspect.ts";
import { purgeHistory } from "./commands/purge-history.ts";
import { purgeRoom } from "./commands/purge-room.ts";
import { redact } from "./commands/redact.ts";
import { restoreCommand } from "./commands/restore.ts";
import { roomBlock } from "./commands/room-block.ts";
import { roomExplain } from "./commands/room-explain.ts";
import { schema } from "./commands/schema.ts";
import { serve } from "./commands/serve.ts";
import { serverName } from "./commands/server-name.ts";
import { sign } from "./commands/sign.ts";
import { stateResolve } from "./commands/state-resolve.ts";
import { validate } from "./commands/validate.ts";
import { verify } from "./commands/verify.ts";

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  serve,
  backup,
  restoreCommand,
  databaseCheck,
  databaseCopy,
  federationStatusCommand,
  federationRetry,
  federationCheck,
  roomExplain,
  roomBlock,
  purgeHistory,
  purgeRoom,
  mediaUsage,
  mediaList,
  mediaQuarantine,
  mediaDelete,
  notice,
  limits,
  validate,
  canonicalize,
  eventIdCommand,
  pduInspect,
  redact,
  generateKey,
  sign,
  verify,
  stateResolve,
  authCheck,
  serverName,
  schema,
  completion(() => commands),
];
