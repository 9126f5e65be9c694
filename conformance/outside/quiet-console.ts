// Imported before matrix-js-sdk, whose loggers hold on to the console that they find and tell of every step.
import { vi } from "vitest";

for (const method of ["debug", "log", "info", "warn"] as const) vi.spyOn(console, method).mockImplementation(() => {});
