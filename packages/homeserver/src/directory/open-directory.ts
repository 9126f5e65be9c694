import type { OtherServers } from "../other-servers.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { Aliases } from "./aliases.ts";
import { fillDirectory } from "./fill-directory.ts";
import { PublishedRooms } from "./published-rooms.ts";
import { RoomDescriptions } from "./room-descriptions.ts";
import { SpaceHierarchy } from "./space-hierarchy.ts";
import { UserDirectory } from "./user-directory.ts";

/** How rooms and users are found. */
export interface DirectoryParts {
  readonly aliases: Aliases;
  readonly published: PublishedRooms;
  readonly descriptions: RoomDescriptions;
  readonly hierarchy: SpaceHierarchy;
  readonly userDirectory: UserDirectory;
}

/** How the directories are opened. */
export interface DirectorySettings {
  /** Whether everybody finds every user of this server by name. */
  readonly searchAll: boolean;
  readonly otherServers: Pick<OtherServers, "isHere" | "preview">;
}

/** Opens the directories of rooms and users, with everything in them that was there before. */
export async function openDirectory(rooms: Rooms, { searchAll, otherServers }: DirectorySettings): Promise<DirectoryParts> {
  const userDirectory = new UserDirectory(rooms.core, { searchAll });
  await fillDirectory(rooms, userDirectory);
  const descriptions = new RoomDescriptions(rooms);
  return {
    aliases: new Aliases(rooms),
    published: new PublishedRooms(rooms, descriptions),
    descriptions,
    hierarchy: new SpaceHierarchy(rooms, descriptions, otherServers),
    userDirectory,
  };
}
