// Colours for what is painted rather than styled. They stand in style.css, one set for light and one
// for dark, and are chosen to differ for people who cannot tell red from green; hatching, dashes and
// numbers say the same again.

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Calls back whenever light turns to dark, dark to light, or the screen's pixels change in size. */
export function onThemeChange(repaint: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
}
