import { quoted, restyle, type Style } from './style';

/** A flag to be written. */
export interface NewFlag {
  readonly className: string;
  /** What its enum is called. */
  readonly variantsName: string;
  readonly variants: readonly { readonly member: string; readonly value: string }[];
  readonly description: string;
  readonly owner?: string;
  readonly kind?: string;
  readonly created: string;
  readonly expires?: string;
  /** Each as source. */
  readonly rules: readonly string[];
  /** Stands above the class. */
  readonly comment?: string;
}

/** The source of a flag: its variants, as an enum or (in JavaScript, and where types are only stripped) an object, and its class. */
export function flagSource(flag: NewFlag, style: Style & { readonly enums: boolean }): string {
  const { className, variantsName, variants, comment, description, owner, kind, created, expires } = flag;
  const { typescript } = style;
  const q = (text: string) => quoted(text, style);
  const [required, optional] = typescript ? ['readonly ', 'override readonly '] : ['', ''];
  const field = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`  ${optional}${name} = ${q(value)};`];
  return restyle(
    [
      ...variantsSource(flag, style, q),
      '',
      ...(comment === undefined ? [] : [`/** ${comment} */`]),
      `class ${className} extends FeatureFlag${typescript ? `<${variantsName}>` : ''} {`,
      `  ${required}description = ${q(description)};`,
      ...field('kind', kind),
      ...field('owner', owner),
      ...field('created', created),
      ...field('expires', expires),
      `  ${required}variants = ${variantsName};`,
      `  ${required}off = ${variantsName}.${variants[0]!.member};`,
      ...rulesSource(flag.rules, `${optional}rules${typescript ? `: Rule<${variantsName}>[]` : ''} = `),
      '}',
    ].join('\n'),
    style,
  );
}

function variantsSource(
  { variantsName, variants }: NewFlag,
  { typescript, enums }: { typescript: boolean; enums: boolean },
  q: (text: string) => string,
): readonly string[] {
  if (typescript && enums)
    return [`enum ${variantsName} {`, ...variants.map(({ member, value }) => `  ${member} = ${q(value)},`), '}'];
  const members = variants.map(({ member, value }) => `${member}: ${q(value)}`).join(', ');
  if (!typescript) return [`const ${variantsName} = Object.freeze({ ${members} });`];
  return [
    `const ${variantsName} = { ${members} } as const;`,
    `type ${variantsName} = (typeof ${variantsName})[keyof typeof ${variantsName}];`,
  ];
}

function rulesSource(rules: readonly string[], start: string): readonly string[] {
  const line = `  ${start}[${rules.join(', ')}];`;
  if (line.length <= 120) return [line];
  return [`  ${start}[`, ...rules.map((rule) => `    ${rule},`), '  ];'];
}
