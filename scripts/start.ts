// Placeholder until the homeserver's first start is written.
process.stderr.write("patrix: npm start is not written yet; npm test works.\n");
process.exitCode = 1;
