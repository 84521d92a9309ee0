// The floor: exports with the signatures of suballoc's ABI that only return a number.

export function allocate(handle: u32, size: f64): f64 {
  return <f64>handle + size;
}

export function free(handle: u32, address: f64, size: f64): f64 {
  return <f64>handle + address - size;
}
