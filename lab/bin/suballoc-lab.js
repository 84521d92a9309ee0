#!/usr/bin/env node
// The command: what `npm run build` made of src/cli.
import "../../build/lab/cli.js";
