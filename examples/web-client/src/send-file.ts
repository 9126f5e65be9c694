import type { Sender, Sending } from "@patrix/client";

/** Sends a file, and a picture as one, with its size on the screen. */
export async function sendFile(sender: Sender, file: File): Promise<Sending> {
  const data = { data: file, name: file.name, type: file.type };
  if (file.type.startsWith("image/")) return sender.image(data, { info: await sizeOf(file) });
  if (file.type.startsWith("video/")) return sender.video(data);
  return file.type.startsWith("audio/") ? sender.audio(data) : sender.file(data);
}

async function sizeOf(file: File): Promise<{ w?: number; h?: number }> {
  try {
    const bitmap = await createImageBitmap(file);
    const size = { w: bitmap.width, h: bitmap.height };
    bitmap.close();
    return size;
  } catch {
    // A picture that this browser does not know is sent all the same.
    return {};
  }
}
