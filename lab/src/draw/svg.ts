// What every SVG written as text needs: numbers that are short, words that are no markup.

/** To two places. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

export function escapeXml(words: string): string {
  return words.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
