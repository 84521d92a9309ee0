// A file's text, as vite gives it.

declare module "*.html?raw" {
  const text: string;
  export default text;
}
