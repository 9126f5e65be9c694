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

/** Opens the directories of rooms and users, with everything in them that was there before. */
export async function openDirectory(rooms: Rooms, { searchAll }: { readonly searchAll: boolean }): Promise<DirectoryParts> {
  const userDirectory = new UserDirectory(rooms.core, { searchAll });
  await fillDirectory(rooms, userDirectory);
  const descriptions = new RoomDescriptions(rooms);
  return {
    aliases: new Aliases(rooms),
    published: new PublishedRooms(rooms, descriptions),
    descriptions,
    hierarchy: new SpaceHierarchy(rooms, descriptions),
    userDirectory,
  };
}
