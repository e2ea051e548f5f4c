// A file that is loaded later receives the parts of the core from the file that loads it. If it imported the core,
// there could be two cores: compiled to CommonJS by tsx or Jest, or after all modules were reset. So `import { a } from
// "./core.js"` becomes a parameter, and `import("./later.js")` a call with an argument.
import { dirname, relative, resolve } from "node:path";

const imported = /^import \{([^}]*)\} from "([^"]+)";\n/gm;
const exported = /^export \{([^}]*)\};\n/m;
const loading = /import\("(\.[^"]+)"\)/g;

/** The pairs of "a, b as c": [["a", "a"], ["b", "c"]]. */
function namesIn(list) {
  const names = list.split(",").map((name) => name.trim().split(" as "));
  return names.filter(([name]) => name !== "").map(([name, as = name]) => [name, as]);
}

function properties(pairs) {
  return pairs.map(([key, value]) => (key === value ? key : `${key}: ${value}`)).join(", ");
}

const isOwn = (from) => from.startsWith(".");

/** A later file as a function of its imports from the core, and the names of those imports. */
function linked(path, text) {
  const imports = [...text.matchAll(imported)];
  const wanted = imports.filter(([, , from]) => isOwn(from)).flatMap(([, names]) => namesIn(names));
  if (wanted.length === 0) return { text, wanted };
  const packages = imports.filter(([, , from]) => !isOwn(from)).map(([statement]) => statement);
  const own = namesIn(text.match(exported)?.[1] ?? "").map(([name, as]) => [as, name]);
  const body = text.replace(imported, "").replace(exported, "");
  if (/^(?:import|export)\b/m.test(body)) throw new Error(`${path} can't be linked to the core`);
  const code = `${packages.join("")}
/** What is in this file, made once, of what it needs of the core: an import would be another core for some loaders. */
export function link(core) {
  made ??= make(core);
  return made;
}

let made;

function make({ ${properties(wanted)} }) {
${body}
return { ${properties(own)} };
}
`;
  return { text: code, wanted };
}

/**
 * A later file is given what the file that loads it has, and nothing else. Modules that it shares with another entry
 * point, and not with the core, are in a file of their own, which nobody could give it.
 */
function assertSharesNothing(path, core, { text, modulesOf }) {
  for (const [, , from] of text.matchAll(imported)) {
    const shared = isOwn(from) ? resolve(dirname(path), from) : core;
    if (shared === core) continue;
    const modules = modulesOf(shared);
    throw new Error(
      `${relative(".", path)} is loaded at its first use, and shares ${modules.join(", ")} with another entry point or another such file, but not with ${relative(".", core)}, which loads it. Have the core import ${modules.length === 1 ? "it" : "them"} too, or move the shared part to a module of the core.`,
    );
  }
}

/**
 * The files of the package by path, with all later files linked to the one file that loads them. `modulesOf` names the
 * modules that a file was made of, for the error about a file that can't be linked.
 */
export function linkLater(texts, modulesOf) {
  const later = new Map();
  for (const [path, text] of texts) {
    for (const [, from] of text.matchAll(loading)) {
      const target = resolve(dirname(path), from);
      assertSharesNothing(target, path, { text: texts.get(target), modulesOf });
      later.set(target, linked(target, texts.get(target)));
    }
  }
  const link = (path, text) => {
    const own = new Map(namesIn(text.match(exported)?.[1] ?? "").map(([name, as]) => [as, name]));
    return text.replace(loading, (call, from) => {
      const { wanted } = later.get(resolve(dirname(path), from));
      if (wanted.length === 0) return call;
      const core = wanted.map(([name]) => [name, own.get(name)]);
      return `${call}.then(({ link }) => link({ ${properties(core)} }))`;
    });
  };
  return new Map([...texts].map(([path, text]) => [path, later.get(path)?.text ?? link(path, text)]));
}
