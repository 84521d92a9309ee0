// Types for the one peer that ships none.

declare module "malloc" {
  export default class Allocator {
    constructor(buffer: ArrayBuffer);
    alloc(bytes: number): number;
    free(address: number): number;
  }
}
