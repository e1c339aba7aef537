import { ts } from 'ts-morph';
import { questionOf, type Question } from './answers';
import { entryIn } from './config-flag';
import { isList, type Data } from './data';
import { bare, lastName, textOfName } from './find-uses';
import { POSITIONS } from './names';
import { plainValue } from './plain';
import { isPure } from './pure';
import type { Names } from './names-in';
import type { Target } from './target';

/** What an expression is once the flag has one variant. */
export interface Known {
  readonly value: Data;
  /** What must still be evaluated, in the order of the text. */
  readonly effects: readonly ts.Expression[];
  /** In a variable that stays (data of a payload): what refers to it is left as it is. */
  readonly stays?: boolean;
}

export interface KnownTruth {
  readonly value: boolean;
  readonly effects: readonly ts.Expression[];
}

/** Finds out what expressions of a file are, once the flag has one variant. Only what follows from the flag is known. */
export class Values {
  private readonly known = new Map<ts.Node, Known | undefined>();
  /** Parameters that are given the answer. */
  readonly given = new Map<ts.Symbol, Known>();

  constructor(
    readonly names: Names,
    readonly target: Target,
  ) {}

  isQuestion = (call: ts.CallExpression): boolean => {
    const asked = this.question(call);
    if (!asked) return /^(?:for|forUser|fresh|currentGatekeeper)$/.test(lastName(call.expression)) || this.isAll(call);
    return (
      ['ff', 'ffVariant', 'payload', 'useFlag', 'useVariant', 'usePayload', 'requireVariant'].includes(asked.kind) ||
      asked.called === 'testGatekeeper'
    );
  };

  /** A proved call that asks for this flag or another. */
  question(call: ts.CallExpression): Question | undefined {
    const asked = questionOf(call, this.names);
    return asked && (asked.proof === 'type' || asked.proof === 'name') && !this.isOther(asked) ? asked : undefined;
  }

  /** Whether the types say that a question is about the flag of this name in another config. */
  isOther({ receiver, call, called }: Question): boolean {
    const { checker } = this.names;
    const { flag, registered } = this.target;
    const at = receiver ?? (POSITIONS.has(called) ? call.arguments[0] : undefined);
    if (!registered || !at) return false;
    const type = checker.getTypeAtLocation(at);
    const parts = [type, ...(type.aliasTypeArguments ?? []), ...checker.getTypeArguments(type as ts.TypeReference)];
    const entries = parts.flatMap((part) => entryIn(part, flag, at, checker) ?? []);
    const isIt = (entry: ts.Node) =>
      entry.getSourceFile().fileName === registered.file && entry.getStart() === registered.position;
    return entries.length > 0 && !entries.some(isIt);
  }

  pure(node: ts.Node): boolean {
    return isPure(node, this.isQuestion, this.names.checker);
  }

  /** The value of an expression, where the flag decides it. */
  value(node: ts.Expression): Known | undefined {
    if (this.known.has(node)) return this.known.get(node);
    this.known.set(node, undefined); // for a variable that refers to itself
    const known = this.find(node);
    this.known.set(node, known);
    return known;
  }

  /** The value of an expression, also where the flag has no part in it: a literal, an enum's member. */
  constant(node: ts.Expression): Known | undefined {
    const known = this.value(node);
    if (known) return known;
    const data = this.plain(node);
    return data && { value: data.value, effects: [] };
  }

  /** The value of what is written out as a literal. */
  plain(node: ts.Expression): { readonly value: Data } | undefined {
    return plainValue(node, this.names);
  }

  /** Whether an expression is true where a condition is asked for. */
  truth(node: ts.Expression): KnownTruth | undefined {
    const known = this.value(node);
    if (known) return { value: Boolean(known.value), effects: known.effects };
    const inner = bare(node);
    if (inner !== node) return this.truth(inner);
    if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken) {
      const operand = this.truth(inner.operand);
      return operand && { ...operand, value: !operand.value };
    }
    if (ts.isConditionalExpression(inner)) {
      const condition = this.truth(inner.condition);
      if (condition) {
        const branch = this.truth(condition.value ? inner.whenTrue : inner.whenFalse);
        return branch && { value: branch.value, effects: [...condition.effects, ...branch.effects] };
      }
      const [yes, no] = [this.truth(inner.whenTrue), this.truth(inner.whenFalse)];
      const isSame = yes && no && yes.value === no.value && yes.effects.length + no.effects.length === 0;
      return isSame ? { value: yes.value, effects: this.effectsOf(inner.condition) } : undefined;
    }
    if (!ts.isBinaryExpression(inner)) return undefined;
    const kind = inner.operatorToken.kind;
    if (kind !== ts.SyntaxKind.AmpersandAmpersandToken && kind !== ts.SyntaxKind.BarBarToken) return undefined;
    const decides = kind === ts.SyntaxKind.BarBarToken; // `x || true` is true, `x && false` is false
    const left = this.truth(inner.left);
    if (left) {
      if (left.value === decides) return left;
      const right = this.truth(inner.right);
      return right && { value: right.value, effects: [...left.effects, ...right.effects] };
    }
    const right = this.truth(inner.right);
    if (right?.value !== decides || right.effects.length > 0) return undefined;
    return { value: decides, effects: this.effectsOf(inner.left) };
  }

  private effectsOf(node: ts.Expression): readonly ts.Expression[] {
    if (this.pure(node)) return [];
    const inner = bare(node);
    const known = this.value(inner);
    if (known) return known.effects;
    const [part = inner] =
      ts.isPropertyAccessExpression(inner) && !inner.questionDotToken ? this.effectsOf(inner.expression) : [];
    // What a statement cannot begin with keeps its parentheses.
    return [/^(?:\{|function\b|class\b)/.test(part.getText()) ? node : part];
  }

  private find(node: ts.Expression): Known | undefined {
    const inner = bare(node);
    if (inner !== node) return this.value(inner);
    if (ts.isIdentifier(node)) return this.variable(node);
    if (ts.isCallExpression(node)) return this.answer(node) ?? this.includes(node);
    if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return this.property(node);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      const operand = this.truth(node.operand);
      return operand && { value: !operand.value, effects: operand.effects };
    }
    if (ts.isConditionalExpression(node)) {
      const condition = this.truth(node.condition);
      if (!condition) return this.same(node);
      const branch = this.outcome(condition.value ? node.whenTrue : node.whenFalse);
      return branch && { ...branch, effects: [...condition.effects, ...branch.effects] };
    }
    if (ts.isAwaitExpression(node)) {
      const operand = this.value(node.expression);
      return operand && isText(operand.value) ? operand : undefined;
    }
    if (ts.isVoidExpression(node)) {
      const operand = this.value(node.expression);
      return operand && { value: undefined, effects: operand.effects };
    }
    return ts.isBinaryExpression(node) ? this.binary(node) : undefined;
  }

  /** `x ? 0 : 0`, where the flag made it so. */
  private same({ condition, whenTrue, whenFalse }: ts.ConditionalExpression): Known | undefined {
    const [yes, no] = [this.settled(whenTrue), this.settled(whenFalse)];
    if (!yes && !no) return undefined;
    const [one, other] = [yes ?? this.constant(whenTrue), no ?? this.constant(whenFalse)];
    if (!one || !other || one.value !== other.value || one.effects.length + other.effects.length > 0) return undefined;
    return this.pure(condition) ? { value: one.value, effects: [] } : undefined;
  }

  /** What is known, or what is left of `payload?.pence ?? 0` once the flag is. */
  private settled(node: ts.Expression): Known | undefined {
    const inner = bare(node);
    if (!ts.isBinaryExpression(inner) || inner.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken)
      return this.value(inner);
    const left = this.value(inner.left);
    return left && (left.value == null ? this.constant(inner.right) : left);
  }

  /** What a decided choice gives: what is known, or true or false written out. */
  private outcome(node: ts.Expression): Known | undefined {
    const plain = this.plain(node);
    return typeof plain?.value === 'boolean' ? { value: plain.value, effects: [] } : this.value(node);
  }

  private binary(node: ts.BinaryExpression): Known | undefined {
    const { left, right } = node;
    const kind = node.operatorToken.kind;
    const equality = EQUALITY.get(kind);
    if (equality !== undefined) {
      const [one, other] = [this.constant(left), this.constant(right)];
      if (!one || !other || !(this.value(left) || this.value(right))) return undefined;
      const objects = [one, other].filter(({ value }) => typeof value === 'object' && value !== null);
      if (objects.length === 2) return undefined;
      // `==` of a string and a number, or of an object and a text, would convert: not here.
      const isStrict =
        kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
      const isNothing = one.value == null || other.value == null;
      if (!isStrict && !isNothing && typeof one.value !== typeof other.value) return undefined;
      const isEqual =
        isStrict || !isNothing ? one.value === other.value : (one.value ?? null) === (other.value ?? null);
      return { value: isEqual === equality, effects: [...one.effects, ...other.effects] };
    }
    if (kind === ts.SyntaxKind.CommaToken) {
      const last = this.value(right);
      return last && { ...last, effects: [...this.effectsOf(left), ...last.effects] };
    }
    const isAnd = kind === ts.SyntaxKind.AmpersandAmpersandToken;
    const isOr = kind === ts.SyntaxKind.BarBarToken;
    const isNullish = kind === ts.SyntaxKind.QuestionQuestionToken;
    if (!isAnd && !isOr && !isNullish) return undefined;
    const known = this.value(left);
    if (known) {
      const goesOn = isAnd ? Boolean(known.value) : isOr ? !known.value : known.value == null;
      if (!goesOn) return known;
      const next = this.value(right);
      return next && { ...next, effects: [...known.effects, ...next.effects] };
    }
    // `f() && false`, where f() is a boolean, is false in any case.
    const second = isNullish ? undefined : this.value(right);
    if (second?.value !== isOr || second.effects.length > 0 || !this.isBoolean(left)) return undefined;
    return { value: isOr, effects: this.effectsOf(left) };
  }

  /** Whether an expression can be nothing but true or false. */
  isBoolean(node: ts.Expression): boolean {
    const { checker } = this.names;
    const inner = bare(node);
    if (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken) return true;
    if (ts.isBinaryExpression(inner) && COMPARISONS.has(inner.operatorToken.kind)) return true;
    const type = checker.getTypeAtLocation(inner);
    const parts = type.isUnion() ? type.types : [type];
    return parts.every((part) => (part.flags & ts.TypeFlags.BooleanLike) !== 0);
  }

  private answer(call: ts.CallExpression): Known | undefined {
    const { target } = this;
    const asked = this.question(call);
    if (!asked || call.questionDotToken || isOptional(call) || this.flagOf(asked) !== target.flag) return undefined;
    const effects = asked.receiver ? this.effectsOf(asked.receiver) : [];
    switch (asked.kind) {
      case 'ff':
      case 'useFlag': {
        const wanted = call.arguments[1] && this.constant(call.arguments[1]);
        return wanted && { value: wanted.value === target.keep, effects };
      }
      case 'ffVariant':
      case 'useVariant':
        return { value: target.keep, effects };
      case 'payload':
      case 'usePayload':
        return 'value' in target.payload ? { value: target.payload.value, effects } : undefined;
      default:
        return undefined;
    }
  }

  /** The flag that a question is about. */
  flagOf({ call }: Question): string | undefined {
    const [name] = call.arguments;
    const value = name && this.constant(name)?.value;
    if (typeof value === 'string') return value;
    const type = name && this.names.checker.getTypeAtLocation(name);
    return type?.isStringLiteral() ? type.value : undefined;
  }

  /** `['A', 'B'].includes(variant)` */
  private includes({ expression, arguments: [sought] }: ts.CallExpression): Known | undefined {
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'includes' || !sought) return undefined;
    const list = this.plain(expression.expression);
    const known = this.value(sought);
    if (!list || !isList(list.value as Data) || !known) return undefined;
    return { value: (list.value as readonly Data[]).includes(known.value), effects: known.effects };
  }

  private property(node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Known | undefined {
    const key = ts.isPropertyAccessExpression(node) ? node.name.text : this.constant(node.argumentExpression)?.value;
    const inner = bare(node.expression);
    if (key === this.target.flag && this.isAll(inner)) return { value: this.target.keep, effects: [] };
    const object = this.value(node.expression);
    if (!object || (typeof key !== 'string' && typeof key !== 'number')) return undefined;
    if (object.value == null) return node.questionDotToken ? { ...object, value: undefined } : undefined;
    if (typeof object.value !== 'object') return undefined;
    if (!Object.hasOwn(object.value, key)) {
      const isInherited = key in Object.prototype || (isList(object.value) && key in Array.prototype);
      return isInherited ? undefined : { ...object, value: undefined };
    }
    return { ...object, value: (object.value as { readonly [key: string]: Data })[key] };
  }

  /** `gk.all()`, or a constant that is one. */
  private isAll(node: ts.Expression): boolean {
    if (ts.isIdentifier(node)) {
      const declaration = this.names.symbolOf(node)?.valueDeclaration;
      if (!declaration || !ts.isVariableDeclaration(declaration) || declaration.name === node) return false;
      const isConstant = declaration.parent.flags & ts.NodeFlags.Const;
      return Boolean(isConstant && declaration.initializer) && this.isAll(bare(declaration.initializer!));
    }
    if (!ts.isCallExpression(node) || node.arguments.length > 0) return false;
    const callee = node.expression;
    if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 'all') return false;
    return /(?:^|\.)(?:gk|gatekeeper)$/.test(callee.expression.getText());
  }

  private variable(node: ts.Identifier): Known | undefined {
    const symbol = this.names.symbolOf(node);
    if (!symbol) return undefined;
    const given = this.given.get(symbol);
    if (given) return given;
    const [declaration, ...others] = symbol.declarations ?? [];
    if (
      !declaration ||
      !(ts.isVariableDeclaration(declaration) || ts.isBindingElement(declaration)) ||
      others.length > 0 ||
      declaration.getSourceFile() !== this.names.file
    )
      return undefined;
    if (declaration === node.parent && (declaration as ts.VariableDeclaration).name === node) return undefined;
    const known = this.declared(declaration, node);
    return known && { ...known, effects: [] };
  }

  private declared(declaration: ts.Declaration, from: ts.Identifier): Known | undefined {
    const variable = ts.findAncestor(declaration, ts.isVariableDeclaration);
    if (!variable?.initializer || !this.isHeld(variable, declaration, from)) return undefined;
    if (declaration !== variable && this.isAll(bare(variable.initializer))) {
      const { propertyName, name, parent, dotDotDotToken } = declaration as ts.BindingElement;
      const isIt = textOfName(propertyName ?? name) === this.target.flag && parent === variable.name;
      return isIt && !dotDotDotToken ? { value: this.target.keep, effects: [] } : undefined;
    }
    const known = this.value(variable.initializer);
    if (!known) return undefined;
    if (declaration === variable) return isText(known.value) ? known : { ...known, stays: true };
    // One of several taken out of a payload.
    const isPlainPattern =
      ts.isBindingElement(declaration) &&
      declaration.parent === variable.name &&
      ts.isObjectBindingPattern(variable.name);
    if (!isPlainPattern || declaration.dotDotDotToken || typeof known.value !== 'object' || known.value === null)
      return undefined;
    const key = textOfName(declaration.propertyName ?? declaration.name);
    if (key === undefined || key in Object.prototype) return undefined;
    const own = (known.value as { readonly [key: string]: Data })[key];
    if (own !== undefined || !declaration.initializer) return { value: own, effects: [], stays: true };
    const otherwise = this.plain(declaration.initializer);
    return otherwise && { value: otherwise.value, effects: [], stays: true };
  }

  /** Whether a variable holds the value of its declaration wherever it can be read from here. */
  private isHeld(variable: ts.VariableDeclaration, declaration: ts.Declaration, from: ts.Identifier): boolean {
    const list = variable.parent;
    const statement = list.parent;
    if (!ts.isVariableDeclarationList(list) || !ts.isVariableStatement(statement)) return false;
    if (statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return false;
    if (list.flags & ts.NodeFlags.Const) return true;
    const symbol = this.names.checker.getSymbolAtLocation((declaration as ts.VariableDeclaration).name);
    if (!symbol || !this.names.isNeverWritten(symbol)) return false;
    if (this.names.references(symbol).some((one) => ts.isExportSpecifier(one.parent))) return false;
    if (list.flags & ts.NodeFlags.Let) return true;
    // A `var` can be read before it has its value: not after it in the text, outside of functions that are hoisted.
    const home = statement.parent;
    const isTop = ts.isSourceFile(home) || (ts.isBlock(home) && ts.isFunctionLike(home.parent));
    const hoisted = ts.findAncestor(from, (node) => ts.isFunctionDeclaration(node) || node === home);
    return isTop && from.pos > variable.end && hoisted === home;
  }
}

/** What stands in the place of a variable: a variant, true, false; data of a payload stays in its variable. */
function isText(value: Data): boolean {
  return typeof value === 'boolean' || typeof value === 'string' || value === undefined;
}

/** `req.gk?.ff(…)`: there may be no Gatekeeper. */
export function isOptional(call: ts.CallExpression): boolean {
  return (call.flags & ts.NodeFlags.OptionalChain) !== 0;
}

export const EQUALITY: ReadonlyMap<ts.SyntaxKind, boolean> = new Map([
  [ts.SyntaxKind.EqualsEqualsToken, true],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, true],
  [ts.SyntaxKind.ExclamationEqualsToken, false],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, false],
]);

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  ...EQUALITY.keys(),
  ts.SyntaxKind.LessThanToken,
  ts.SyntaxKind.LessThanEqualsToken,
  ts.SyntaxKind.GreaterThanToken,
  ts.SyntaxKind.GreaterThanEqualsToken,
  ts.SyntaxKind.InKeyword,
  ts.SyntaxKind.InstanceOfKeyword,
]);
