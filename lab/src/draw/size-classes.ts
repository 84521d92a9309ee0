// Blocks are coloured by their size, in a few classes.

// Viridis: told apart by people who cannot tell red from green, and in grey print.
export const sizeClasses = [
  { below: 64, colour: "#e6c229", label: "under 64 B" },
  { below: 1024, colour: "#5ec962", label: "under 1 KiB" },
  { below: 16 * 1024, colour: "#21918c", label: "under 16 KiB" },
  { below: 256 * 1024, colour: "#3b528b", label: "under 256 KiB" },
  { below: Infinity, colour: "#440154", label: "larger" },
] as const;

/** Index of the class a size belongs to. */
export function sizeClassOf(size: number): number {
  return sizeClasses.findIndex(({ below }) => size < below);
}
