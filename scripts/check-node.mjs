// The project brings its own Node 24 by npm (optionalDependencies); npm scripts find it first in PATH.
// This file must run on any old Node, so that the message below is what a person sees.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This needs Node 24 or newer, and this is Node ${process.versions.node}.\n` +
      'Run "npm ci" (without --omit=optional): it brings a Node 24 of its own on Linux. On macOS install Node 24 first.',
  );
  process.exit(1);
}
