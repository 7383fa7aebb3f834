'use strict';
// Loads the code of one action and runs it, one request at a time. What it says to the server and hears from it is
// described in Language.java. Everything on standard output and error belongs to the action.

const fs = require('fs');
const Module = require('module');
const net = require('net');
const path = require('path');
const { pathToFileURL } = require('url');
const vm = require('vm');

const NEWLINE = 10;

const socketPath = process.env.FOGWHISK_SOCKET;
delete process.env.FOGWHISK_SOCKET;

let entry;
const environment = Object.create(null);

// Modules that are installed for the whole machine, such as 'openwhisk', are found after those of the action.
if (typeof Module._initPaths === 'function') {
    const prefix = path.resolve(path.dirname(process.execPath), '..');
    process.env.NODE_PATH = [
        path.join(prefix, 'lib', 'node_modules'), '/usr/local/lib/node_modules', '/usr/lib/node_modules', '/usr/share/nodejs',
    ].join(':');
    Module._initPaths();
    delete process.env.NODE_PATH;
}

function setEnvironment(values) {
    for (const name of Object.keys(values)) {
        // Setting a variable is a call of the system's library: only when it has to be.
        if (environment[name] !== values[name]) {
            environment[name] = values[name];
            process.env[name] = values[name];
        }
    }
}

// --- load

function lookUp(exported, dotted) {
    let owner;
    let value = exported;
    for (const name of dotted.split('.')) {
        if (value === undefined || value === null) {
            return undefined;
        }
        owner = value;
        value = value[name];
    }
    return typeof value === 'function' && owner !== exported ? value.bind(owner) : value;
}

function functionOf(exported, main) {
    const found = lookUp(exported, main.replace(/^(module\.)?exports\./, ''));
    if (typeof found === 'function') {
        return found;
    }
    // What CommonJS code exports is the default export of the module it is imported as.
    return exported && exported.default ? lookUp(exported.default, main) : found;
}

async function loadFile(file, main) {
    try {
        return functionOf(require(file), main);
    } catch (e) {
        if (e && (e.code === 'ERR_REQUIRE_ESM' || e.code === 'ERR_REQUIRE_ASYNC_MODULE')) {
            return functionOf(await import(pathToFileURL(require.resolve(file))), main);
        }
        throw e;
    }
}

async function loadFolder(folder, main) {
    process.chdir(folder);
    // file.function names a file beside, or instead of, the entry point of the package.
    const [, name, rest] = /^([\w-]+)\.([\w.]+)$/.exec(main) || [];
    const file = name && ['.js', '.cjs', '.mjs'].map(end => path.join(folder, name + end)).find(fs.existsSync);
    if (file && name !== 'exports') {
        return loadFile(file, rest);
    }
    const has = known => fs.existsSync(path.join(folder, known));
    if (has('package.json') || has('index.js')) {
        return loadFile(folder, main);
    }
    if (has('index.mjs')) {
        return loadFile(path.join(folder, 'index.mjs'), main);
    }
    throw 'Zipped actions must contain either package.json or index.js at the root.';
}

async function loadText(code, main) {
    const file = path.join(process.cwd(), 'action.js');
    const module = new Module(file, null);
    module.filename = file;
    module.paths = Module._nodeModulePaths(process.cwd());
    const body = code.replace(/^#!.*/, '')
        + '\n;try { return (' + main + '); } catch (e) { if (!(e instanceof ReferenceError)) { throw e; } }';
    let compiled;
    try {
        compiled = vm.compileFunction(body, ['exports', 'require', 'module', '__filename', '__dirname'], {
            filename: file,
            importModuleDynamically: vm.constants && vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
        });
    } catch (e) {
        if (e instanceof SyntaxError && /import statement|import\.meta|token 'export'|'await'|await is only/.test(e.message)) {
            const esm = path.join(process.cwd(), 'action.mjs');
            fs.writeFileSync(esm, code);
            return functionOf(await import(pathToFileURL(esm)), main);
        }
        throw e;
    }
    const found = compiled.call(module.exports, module.exports, Module.createRequire(file), module, file, process.cwd());
    return typeof found === 'function' ? found : functionOf(module.exports, main);
}

async function init(message) {
    setEnvironment(message.env || {});
    const main = message.main || 'main';
    try {
        const found = await (message.binary ? loadFolder(message.code, main) : loadText(message.code, main));
        if (typeof found !== 'function') {
            throw "Action entrypoint '" + main + "' is not a function.";
        }
        entry = found;
        answer(200, '{"ok":true}');
    } catch (e) {
        console.error('Error during initialization:', e);
        failed('Initialization has failed due to: ' + (e && e.stack ? String(e.stack) : e));
    }
}

// --- run

function describe(value, above) {
    if (typeof value === 'function') {
        return '[Function: ' + (value.name || 'anonymous') + ']';
    }
    if (typeof value === 'bigint') {
        return String(value);
    }
    if (value === null || typeof value !== 'object') {
        return value;
    }
    if (Buffer.isBuffer(value)) {
        return '[object Buffer]';
    }
    if (above.includes(value)) {
        return '[Circular]';
    }
    if (typeof value.toJSON === 'function') {
        return value.toJSON();
    }
    const below = above.concat([value]);
    const copy = Array.isArray(value) ? [] : {};
    for (const key of Object.keys(value)) {
        if (typeof value[key] !== 'function') {
            copy[key] = describe(value[key], below);
        }
    }
    if (value instanceof Error) {
        // These are not among an error's keys.
        for (const key of ['name', 'message', 'stack', 'code']) {
            if (typeof value[key] === 'string') {
                copy[key] = value[key];
            }
        }
    }
    return copy;
}

function rejected(reason) {
    try {
        answer(200, JSON.stringify({ error: reason ? describe(reason, []) : {} }));
    } catch (e) {
        threw(e);
    }
}

function threw(e) {
    console.error(e);
    failed('An error has occurred: ' + e);
}

function returned(value) {
    if (value === undefined) {
        answer(200, '{}');
        return;
    }
    let json;
    try {
        json = typeof value === 'object' ? JSON.stringify(value) : undefined;
    } catch (e) {
        threw(e);
        return;
    }
    if (json === undefined) {
        console.error('Result must be of type object but has type "' + typeof value + '":', value);
        failed('The action did not return a dictionary or array.');
    } else {
        answer(200, json);
    }
}

function run(message) {
    setEnvironment(message.env || {});
    let value;
    try {
        value = entry(message.value);
    } catch (e) {
        threw(e);
        return;
    }
    if (value && typeof value.then === 'function') {
        Promise.resolve(value).then(returned, rejected);
    } else {
        returned(value);
    }
}

// --- the line

function failed(error) {
    answer(502, JSON.stringify({ error }));
}

function written(stream, then) {
    if (stream.writableLength > 0) {
        stream.write('', () => written(stream, then));
    } else {
        then();
    }
}

function answer(status, json) {
    // A full pipe makes Node.js keep what was written: the answer comes after it.
    written(process.stdout, () => written(process.stderr, () => socket.write(status + ' ' + json + '\n')));
}

function take(line) {
    const space = line.indexOf(' ');
    const message = JSON.parse(line.slice(space + 1));
    if (line.startsWith('run ')) {
        run(message);
    } else {
        init(message);
    }
}

let parts = [];
const socket = net.connect(socketPath);
socket.on('data', chunk => {
    const end = chunk.indexOf(NEWLINE);
    if (end < 0) {
        parts.push(chunk);
        return;
    }
    // One request at a time: nothing follows the end of the line.
    const whole = parts.length === 0 ? chunk : Buffer.concat([...parts, chunk]);
    parts = [];
    take(whole.toString('utf8', 0, whole.length - 1));
});
socket.on('error', () => process.exit(0));
socket.on('close', () => process.exit(0));
