// Keeps buffers, shared ones and WebAssembly memory for as long as there is any.
//
// exercise: 01
// expect: fail

const kept: Uint8Array[] = []
for (;;) {
  kept.push(Buffer.alloc(16 * 1024 * 1024, 1))
  kept.push(new Uint8Array(new SharedArrayBuffer(16 * 1024 * 1024)).fill(1))
}
