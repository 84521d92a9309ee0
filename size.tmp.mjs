import {build} from 'esbuild'; import {gzipSync} from 'node:zlib'; import {readFileSync} from 'node:fs';
const gz=t=>gzipSync(t,{level:9}).length;
async function b(c, plugin){const r=await build({stdin:{contents:c,resolveDir:process.cwd(),loader:'ts'},bundle:true,minify:true,format:'esm',write:false,logLevel:'error',plugins:plugin?[plugin]:[]});return r.outputFiles[0].text;}
const noWasm={name:'w',setup(p){p.onLoad({filter:/build\/embedded/},()=>({contents:'export const wasm="";'}));}};
const drop=(re,contents)=>({name:'d',setup(p){p.onLoad({filter:/build\/embedded/},()=>({contents:'export const wasm="";'}));p.onLoad({filter:re},contents);}});
for (const c of ['export {MemoryAllocator} from "./src/narrow.ts"','export * from "./src/narrow.ts"','export {MemoryAllocator} from "./src/index.ts"','export * from "./src/index.ts"']){
 const t=await b(c), w=await b(c,noWasm); console.log(c, gz(t), 'without wasm', w.length, gz(w), 'raw wasm', gz(t)-gz(w));}
const c=process.argv[2]==='all'?'export * from "./src/narrow.ts"':'export {MemoryAllocator} from "./src/narrow.ts"';
const base=gz(await b(c,noWasm));
const text=await b(c,noWasm);
const st=text.replace(/`[^`]*`/g,m=>/ /.test(m)?'``':m).replace(/"[^"\n]* [^"\n]*"/g,'""');
console.log('without messages', gz(st), 'of', base);
const noLoader=await b(c,{name:'m',setup(p){p.onLoad({filter:/build\/embedded/},()=>({contents:'export const wasm="";'}));p.onLoad({filter:/loader\/index/},()=>({contents:'export const instantiateSync=(b)=>({instance:new WebAssembly.Instance(new WebAssembly.Module(b))}), instantiate=async(b)=>b'}));}});
console.log('without loader', gz(noLoader));
