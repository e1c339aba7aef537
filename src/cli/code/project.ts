import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { ts } from 'ts-morph';
import { scriptletsOf, type Scriptlets } from './ejs';
import { readText } from './files';
import { isEjs } from './fold-text';
import { LIBRARY, libraryText } from './lib-files';
import { alone, inWords } from './programs';

/** A file, parsed, with the types there are. */
export interface Unit {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  readonly file: ts.SourceFile;
  readonly checker: ts.TypeChecker;
  /** In a program of a tsconfig.json, rather than alone. */
  readonly typed: boolean;
  readonly scriptlets?: Scriptlets;
  readonly program?: ts.Program;
}

interface Loaded {
  readonly config: ts.ParsedCommandLine;
  readonly program: ts.Program;
  /** Its files, for the program after the changes. */
  readonly parsed: Map<string, ts.SourceFile>;
}

/** The programs of a project, as its tsconfig.json files say, each made when first asked for. */
export class Project {
  private readonly programs = new Map<string, Loaded | undefined>();
  private readonly units = new Map<string, Unit>();
  private readonly root: string;

  constructor(root: string) {
    this.root = realpathSync(root);
  }

  absolute(path: string): string {
    return resolve(this.root, path);
  }

  /** The file with its types: those of the program it belongs to, or none. @throws SyntaxError where it does not parse */
  unit(path: string): Unit {
    const known = this.units.get(path);
    if (known) return known;
    const made = this.make(path);
    this.units.set(path, made);
    return made;
  }

  private make(path: string): Unit {
    const text = readText(this.absolute(path));
    if (text === undefined) throw new SyntaxError('is no UTF-8');
    if (/\.[cm]?[jt]sx?$/.test(path)) {
      for (const { program } of this.programsFor(path)) {
        const file = program.getSourceFile(this.absolute(path));
        if (!file) continue;
        const [problem] = program.getSyntacticDiagnostics(file);
        if (problem) throw new SyntaxError(`does not parse: ${inWords(problem)}`);
        return {
          path,
          text,
          file,
          checker: program.getTypeChecker(),
          typed: true,
          program,
        };
      }
    }
    const scriptlets = isEjs(path) ? scriptletsOf(text) : undefined;
    const { file, checker, problem } = alone(scriptlets ? `${path}.ts` : path, scriptlets?.code ?? text);
    if (problem) throw new SyntaxError(`does not parse: ${problem}`);
    return { path, text, file, checker, typed: false, ...(scriptlets && { scriptlets }) };
  }

  /** The programs that a file is in, nearest first. */
  private *programsFor(path: string): Generator<Loaded> {
    const file = this.absolute(path);
    const tried = new Set<string>();
    for (const config of [...this.above(file), ...this.everyConfig()]) {
      if (tried.has(config)) continue;
      tried.add(config);
      const parsed = this.parse(config);
      if (
        parsed &&
        (parsed.fileNames.includes(file) || /\.[cm]?jsx?$/.test(file) === false) &&
        this.mayInclude(parsed, file)
      ) {
        const loaded = this.load(config, parsed);
        if (loaded.program.getSourceFile(file)) yield loaded;
      }
    }
  }

  /** A file that is not named may still be imported by what is: only worth loading the program where it has files near. */
  private mayInclude({ fileNames }: ts.ParsedCommandLine, file: string): boolean {
    return fileNames.includes(file) || fileNames.some((one) => file.startsWith(dirname(one)));
  }

  private above(file: string): string[] {
    const found: string[] = [];
    for (let folder = dirname(file); folder.startsWith(this.root); folder = dirname(folder)) {
      const config = join(folder, 'tsconfig.json');
      if (existsSync(config)) found.push(config, ...this.referencedBy(config));
      if (folder === this.root) break;
    }
    return found;
  }

  private everyConfig(): string[] {
    return [...this.parsed.keys()];
  }

  private referencedBy(config: string): string[] {
    const references = this.parse(config)?.projectReferences ?? [];
    return references
      .map(({ path }) => (path.endsWith('.json') ? path : join(path, 'tsconfig.json')))
      .filter((one) => existsSync(one));
  }

  private readonly parsed = new Map<string, ts.ParsedCommandLine | undefined>();

  private parse(config: string): ts.ParsedCommandLine | undefined {
    if (this.parsed.has(config)) return this.parsed.get(config);
    const { config: json, error } = ts.readConfigFile(config, ts.sys.readFile);
    const parsed = error ? undefined : ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), undefined, config);
    this.parsed.set(config, parsed);
    return parsed;
  }

  private load(config: string, parsed: ts.ParsedCommandLine): Loaded {
    const known = this.programs.get(config);
    if (known) return known;
    const files = new Map<string, ts.SourceFile>();
    const loaded = { config: parsed, program: programOf(parsed, files), parsed: files };
    this.programs.set(config, loaded);
    return loaded;
  }

  /** The errors that changing files would bring: `file:line:column message`. What is wrong already is not told. */
  newErrors(changed: ReadonlyMap<string, string | undefined>): string[] {
    const overlay = new Map([...changed].map(([path, text]) => [this.absolute(path), text]));
    const found: string[] = [];
    for (const loaded of this.programs.values()) {
      if (!loaded || ![...overlay.keys()].some((file) => loaded.program.getSourceFile(file))) continue;
      const after = ts.getPreEmitDiagnostics(programOf(loaded.config, loaded.parsed, overlay));
      if (after.length === 0) continue;
      const before = new Map<string, number>();
      for (const one of ts.getPreEmitDiagnostics(loaded.program))
        before.set(keyOf(one), (before.get(keyOf(one)) ?? 0) + 1);
      for (const one of after) {
        const left = before.get(keyOf(one)) ?? 0;
        before.set(keyOf(one), left - 1);
        if (left <= 0) found.push(this.tell(one));
      }
    }
    return [...new Set(found)];
  }

  private tell(problem: ts.Diagnostic): string {
    const file = problem.file ? `${relative(this.root, problem.file.fileName)}: ` : '';
    return `${file}${inWords(problem)}`;
  }
}

function keyOf({ file, code, messageText }: ts.Diagnostic): string {
  return `${file?.fileName} ${code} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
}

function programOf(
  config: ts.ParsedCommandLine,
  parsed: Map<string, ts.SourceFile>,
  overlay: ReadonlyMap<string, string | undefined> = new Map(),
): ts.Program {
  const options = { ...config.options, noEmit: true, composite: false, incremental: false, skipLibCheck: true };
  delete options.tsBuildInfoFile;
  const host = ts.createCompilerHost(options, true);
  const { fileExists } = host;
  // What another project is built to may be old, or not there: its sources are what is edited.
  Object.assign(host, { useSourceOfProjectReferenceRedirect: () => true });
  const read = (file: string) => libraryText(file) ?? (existsSync(file) ? readFileSync(file, 'utf8') : undefined);
  host.getDefaultLibLocation = () => LIBRARY;
  host.getDefaultLibFileName = (given) => join(LIBRARY, ts.getDefaultLibFileName(given));
  host.readFile = (file) => (overlay.has(file) ? overlay.get(file) : read(file));
  host.fileExists = (file) =>
    overlay.has(file) ? overlay.get(file) !== undefined : libraryText(file) !== undefined || fileExists(file);
  host.getSourceFile = (file, target) => {
    const known = overlay.has(file) ? undefined : parsed.get(file);
    const text = known ? '' : host.readFile(file);
    if (known || text === undefined) return known;
    const made = ts.createSourceFile(file, text, target, true);
    if (!overlay.has(file)) parsed.set(file, made);
    return made;
  };
  const rootNames = config.fileNames.filter((file) => host.fileExists(file));
  return ts.createProgram({ rootNames, options, projectReferences: config.projectReferences, host });
}
