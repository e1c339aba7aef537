import { flagSource } from '../edit/flag-source';
import { quoted, restyle, type Style } from '../edit/style';

/** The text of a first config: an example flag, and where everything else goes. */
export function firstConfig(style: Style & { readonly enums: boolean }, today: string): string {
  const { typescript, esm, eol } = style;
  const module = quoted('gatekeeper-flags', style);
  const names = `{ FeatureFlag, defineConfig${typescript ? ', type Rule' : ''} }`;
  const q = (text: string) => quoted(text, style);
  const config = [
    `${esm ? 'export const' : 'const'} config = defineConfig({`,
    '  flags: { WELCOME: new Welcome() },',
    '  // What rules can look at: who is asking, and facts about the process.',
    '  user: (req) => req.user,',
    `  app: { isDev: process.env.NODE_ENV !== ${q('production')} },`,
    '});',
    esm ? 'export default config;' : 'module.exports = { config };',
  ];
  const register = [
    '',
    '// Tells every check which flags and variants there are: a typo does not compile.',
    `declare module ${module} {`,
    '  interface Register {',
    '    config: typeof config;',
    '  }',
    '}',
  ];
  const parts = [
    '/** Every flag of this app: what it is for, and who gets which variant. More: npx gatekeeper --help */',
    esm ? `import ${names} from ${module};` : `const ${names} = require(${module});`,
    '',
    FLAG,
    '',
    ...config,
    ...(typescript ? register : []),
    '',
  ];
  const [before, after] = restyle(parts.join('\n'), style).split(FLAG) as [string, string];
  return before + example(style, today) + after.replace(/^[\r\n]*/, eol + eol);
}

/** Where the flag goes. */
const FLAG = '@';

function example(style: Style & { readonly enums: boolean }, today: string): string {
  const q = (text: string) => quoted(text, style);
  return flagSource(
    {
      className: 'Welcome',
      variantsName: 'WelcomeVariant',
      variants: [
        { member: 'PLAIN', value: 'PLAIN' },
        { member: 'WARM', value: 'WARM' },
      ],
      description: 'A warmer welcome on the home page',
      created: today,
      comment: 'An example, to try and then to delete. The first rule that matches serves; if none does, `off`.',
      rules: [`{ name: ${q('while developing')}, when: { app: { isDev: true } }, serve: ${q('WARM')} }`],
    },
    style,
  );
}
