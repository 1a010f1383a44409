//! Text to expression: operator precedence over tokens, with an error that points at the wrong bytes.
//!
//! Length and nesting are bounded, so that no file can exhaust the stack, neither here nor in evaluation.

use std::ops::Range;

use super::lex::{Lexer, Token};
use super::{Arithmetic, Comparison, Expr, ExprError, MetricName, Node, QuestionId};

/// The longest text, in bytes.
const MAX_LENGTH: usize = 4_096;
/// How many operators may stand between operands: a chain of them makes a tree as deep as it is long.
const MAX_OPERATORS: usize = 256;
/// How many parentheses, calls and signs may stand inside each other.
const MAX_NESTING: usize = 48;

pub(super) fn parse(text: &str) -> Result<Expr, ExprError> {
    if text.len() > MAX_LENGTH {
        return Err(too_large(0..0, format!("the expression is longer than {MAX_LENGTH} bytes")));
    }
    let mut parser = Parser::new(text)?;
    let whole = parser.expression(Power::Or)?;
    if parser.token != Token::End {
        return Err(parser.unexpected("an operator or the end"));
    }
    Ok(Expr { text: text.to_owned(), root: whole.node, metrics: parser.metrics, levels: parser.levels })
}

/// How tightly an operator binds, loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Power {
    Or,
    And,
    Not,
    Compare,
    Sum,
    Product,
    Sign,
}

impl Power {
    fn tighter(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Compare,
            Self::Compare => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product | Self::Sign => Self::Sign,
        }
    }
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy)]
enum Infix {
    Or,
    And,
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

impl Infix {
    fn of(token: Token<'_>) -> Option<Self> {
        Some(match token {
            Token::Word("or") => Self::Or,
            Token::Word("and") => Self::And,
            Token::Symbol("==") => Self::Compare(Comparison::Equal),
            Token::Symbol("!=") => Self::Compare(Comparison::NotEqual),
            Token::Symbol("<") => Self::Compare(Comparison::Less),
            Token::Symbol("<=") => Self::Compare(Comparison::LessOrEqual),
            Token::Symbol(">") => Self::Compare(Comparison::Greater),
            Token::Symbol(">=") => Self::Compare(Comparison::GreaterOrEqual),
            Token::Symbol("+") => Self::Arithmetic(Arithmetic::Add),
            Token::Symbol("-") => Self::Arithmetic(Arithmetic::Subtract),
            Token::Symbol("*") => Self::Arithmetic(Arithmetic::Multiply),
            Token::Symbol("/") => Self::Arithmetic(Arithmetic::Divide),
            _ => return None,
        })
    }

    fn power(self) -> Power {
        match self {
            Self::Or => Power::Or,
            Self::And => Power::And,
            Self::Compare(_) => Power::Compare,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => Power::Sum,
            Self::Arithmetic(_) => Power::Product,
        }
    }

    fn join(self, left: Part, right: Part) -> Result<Part, ExprError> {
        let at = left.at.start..right.at.end;
        let node = match self {
            Self::Or => Node::Or(Box::new([left.condition()?, right.condition()?])),
            Self::And => Node::And(Box::new([left.condition()?, right.condition()?])),
            Self::Compare(how) => Node::Compare(how, Box::new([left.number()?, right.number()?])),
            Self::Arithmetic(how) => Node::Arithmetic(how, Box::new([left.number()?, right.number()?])),
        };
        Ok(Part { node, at })
    }
}

/// A parsed stretch of text.
struct Part {
    node: Node,
    at: Range<usize>,
}

impl Part {
    fn number(self) -> Result<Node, ExprError> {
        if self.node.is_condition() {
            return Err(ExprError {
                at: self.at,
                message: "a condition stands where a number is needed".to_owned(),
                help: "join several comparisons with `and`, such as `a > 0 and a < 5`".to_owned(),
            });
        }
        Ok(self.node)
    }

    fn condition(self) -> Result<Node, ExprError> {
        if self.node.is_condition() {
            return Ok(self.node);
        }
        Err(ExprError {
            at: self.at,
            message: "a number stands where a condition is needed".to_owned(),
            help: "compare it with something, such as `… > 0`".to_owned(),
        })
    }
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token<'t>,
    at: Range<usize>,
    nesting: usize,
    operators: usize,
    metrics: Vec<(MetricName, Range<usize>)>,
    levels: Vec<(QuestionId, Range<usize>)>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Result<Self, ExprError> {
        let mut lexer = Lexer::new(text);
        let (token, at) = lexer.next()?;
        Ok(Self { lexer, token, at, nesting: 0, operators: 0, metrics: Vec::new(), levels: Vec::new() })
    }

    /// Steps to the next token and returns where the last one stood.
    fn advance(&mut self) -> Result<Range<usize>, ExprError> {
        let (token, at) = self.lexer.next()?;
        self.token = token;
        Ok(std::mem::replace(&mut self.at, at))
    }

    fn symbol(&mut self, symbol: &'static str) -> Result<Range<usize>, ExprError> {
        if self.token == Token::Symbol(symbol) {
            return self.advance();
        }
        Err(self.unexpected(&format!("`{symbol}`")))
    }

    fn unexpected(&self, wanted: &str) -> ExprError {
        ExprError {
            at: self.at.clone(),
            message: format!("expected {wanted}, found {}", self.token.described()),
            help: "an expression is made of numbers, metric names, + - * /, comparisons, and, or, not, \
                   ratio(a, b), min, max, level(\"ID\") and parentheses"
                .to_owned(),
        }
    }

    fn expression(&mut self, loosest: Power) -> Result<Part, ExprError> {
        let mut left = self.operand()?;
        while let Some(infix) = Infix::of(self.token).filter(|infix| infix.power() >= loosest) {
            self.operators += 1;
            if self.operators > MAX_OPERATORS {
                return Err(too_large(self.at.clone(), format!("more than {MAX_OPERATORS} operators")));
            }
            self.advance()?;
            let right = self.expression(infix.power().tighter())?;
            left = infix.join(left, right)?;
        }
        Ok(left)
    }

    fn operand(&mut self) -> Result<Part, ExprError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            let message = format!("more than {MAX_NESTING} parentheses, calls or signs inside each other");
            return Err(too_large(self.at.clone(), message));
        }
        let part = self.innermost();
        self.nesting -= 1;
        part
    }

    fn innermost(&mut self) -> Result<Part, ExprError> {
        match self.token {
            Token::Number(value) => Ok(Part { node: Node::Number(value), at: self.advance()? }),
            Token::Metric(name) => self.metric(name),
            Token::Symbol("(") => self.parenthesis(),
            Token::Symbol("-") => {
                let start = self.advance()?.start;
                let inner = self.expression(Power::Sign)?;
                let at = start..inner.at.end;
                Ok(Part { node: Node::Negate(Box::new(inner.number()?)), at })
            }
            Token::Word("not") => {
                let start = self.advance()?.start;
                let inner = self.expression(Power::Compare)?;
                let at = start..inner.at.end;
                Ok(Part { node: Node::Not(Box::new(inner.condition()?)), at })
            }
            Token::Word("level") => self.level(),
            Token::Word(name @ ("ratio" | "min" | "max")) => self.call(name),
            Token::Word(word @ ("and" | "or")) => {
                Err(self.unexpected(&format!("something on the left of `{word}`")))
            }
            Token::Word(word) => Err(self.no_such_word(word)),
            Token::Text(_) | Token::Symbol(_) | Token::End => Err(self.unexpected("a number or a metric")),
        }
    }

    fn metric(&mut self, name: &str) -> Result<Part, ExprError> {
        let name = MetricName::from(name);
        let at = self.advance()?;
        self.metrics.push((name.clone(), at.clone()));
        Ok(Part { node: Node::Metric(name), at })
    }

    fn parenthesis(&mut self) -> Result<Part, ExprError> {
        let start = self.advance()?.start;
        let inner = self.expression(Power::Or)?;
        let end = self.symbol(")")?.end;
        Ok(Part { node: inner.node, at: start..end })
    }

    fn level(&mut self) -> Result<Part, ExprError> {
        let start = self.advance()?.start;
        self.symbol("(")?;
        let Token::Text(id) = self.token else {
            return Err(self.unexpected("a question's id in double quotes, such as level(\"INV-03\")"));
        };
        let question = QuestionId::from(id);
        let quoted = self.advance()?;
        self.levels.push((question.clone(), quoted.start + 1..quoted.end - 1));
        let end = self.symbol(")")?.end;
        Ok(Part { node: Node::Level(question), at: start..end })
    }

    fn call(&mut self, name: &str) -> Result<Part, ExprError> {
        let start = self.advance()?.start;
        self.symbol("(")?;
        let mut arguments = vec![self.expression(Power::Or)?.number()?];
        while self.token == Token::Symbol(",") {
            self.advance()?;
            arguments.push(self.expression(Power::Or)?.number()?);
        }
        let at = start..self.symbol(")")?.end;
        let count = arguments.len();
        let node = match (name, <[Node; 2]>::try_from(arguments)) {
            ("ratio", Ok(sides)) => Node::Ratio(Box::new(sides)),
            ("min", Ok(sides)) => Node::Least(sides.into()),
            ("max", Ok(sides)) => Node::Greatest(sides.into()),
            ("min", Err(items)) if count > 2 => Node::Least(items),
            ("max", Err(items)) if count > 2 => Node::Greatest(items),
            _ => return Err(wrong_count(name, count, at)),
        };
        Ok(Part { node, at })
    }

    fn no_such_word(&self, word: &str) -> ExprError {
        let known = ["ratio", "min", "max", "level", "and", "or", "not"];
        let near = known.into_iter().find(|known| known.eq_ignore_ascii_case(word));
        ExprError {
            at: self.at.clone(),
            message: format!("`{word}` is neither a metric nor a function"),
            help: match near {
                Some(known) => format!("it is written `{known}`"),
                None => {
                    "metric names have dots, such as `ai.agents.total`; functions are ratio, min, max, level"
                        .to_owned()
                }
            },
        }
    }
}

fn too_large(at: Range<usize>, message: String) -> ExprError {
    ExprError { at, message, help: "split it into derived metrics and name those here".to_owned() }
}

fn wrong_count(name: &str, count: usize, at: Range<usize>) -> ExprError {
    let wanted = if name == "ratio" { "two values: the part and the whole" } else { "at least two values" };
    ExprError {
        at,
        message: format!("`{name}` takes {wanted}; here are {count}"),
        help: format!("write `{name}(a, b)`"),
    }
}
