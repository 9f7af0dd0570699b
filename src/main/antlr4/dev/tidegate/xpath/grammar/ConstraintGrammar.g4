/**
 * The constraint language. Factored so that one token always decides: errors then name the token that is wrong. What
 * this leaves too wide (an attribute in the middle of a path, a value standing alone) dev.tidegate.xpath.TreeBuilder refuses.
 * Functions are tokens together with their opening parenthesis, so that their names stay free for attributes.
 */
grammar ConstraintGrammar;

constraints : bracket+ EOF ;
bracket     : '[' expr ']' ;
expr        : conjunction ( OR conjunction )* ;
conjunction : unary ( AND unary )* ;
unary       : NOT expr ')'
            | '(' expr ')'
            | TEXT_TEST path ',' value ')'
            | operand ( comparator operand )?
            ;
comparator  : '=' | '!=' | '<' | '<=' | '>' | '>=' ;
operand     : path
            | ID
            | value
            | LENGTH path ')'
            | DATE_PART path ( ',' STRING )? ')'
            ;
path        : ( NAME | step ) ( '/' ( NAME | step ) )* ;
step        : QUALIFIED ( REVERSED | bracket )* ;
value       : STRING | '-'? NUMBER | TRUE | FALSE | EMPTY | PARAMETER ;

/** A path alone: a sort key, something to expand. */
onlyPath    : ( path | ID ) EOF ;

/** The inside of a string that holds a token. */
arithmetic  : product ( ( '+' | '-' ) product )* EOF ;
product     : factor ( '*' factor )* ;
factor      : TOKEN | NUMBER ;

OPEN      : '[' ;
CLOSE     : ']' ;
LEFT      : '(' ;
RIGHT     : ')' ;
COMMA     : ',' ;
SLASH     : '/' ;
EQ        : '=' ;
NE        : '!=' ;
LT        : '<' ;
LE        : '<=' ;
GT        : '>' ;
GE        : '>=' ;
PLUS      : '+' ;
MINUS     : '-' ;
TIMES     : '*' ;

OR        : 'or' ;
AND       : 'and' ;
ID        : 'id' ;
EMPTY     : 'empty' | 'NULL' ;
TRUE      : 'true' ( S '(' S ')' )? ;
FALSE     : 'false' ( S '(' S ')' )? ;
NOT       : 'not' S '(' ;
TEXT_TEST : ( 'contains' | 'starts-with' | 'ends-with' ) S '(' ;
LENGTH    : ( 'length' | 'string-length' ) S '(' ;
DATE_PART : ( 'year' | 'month' | 'day' | 'hours' | 'minutes' | 'seconds' | 'quarter' | 'day-of-year' | 'week' | 'weekday' )
            '-from-dateTime' S '(' ;
REVERSED  : '[' S 'reversed' S '(' S ')' S ']' ;

TOKEN     : '[%' N '%]' ;
PARAMETER : '$' N ;
QUALIFIED : N '.' N ;
NAME      : N ;
NUMBER    : [0-9]+ ( '.' [0-9]+ )? ;
STRING    : '\'' ( ~'\'' | '\'\'' )* '\'' | '"' ( ~'"' | '""' )* '"' ;

UNCLOSED  : '\'' ( ~'\'' | '\'\'' )* | '"' ( ~'"' | '""' )* ;
SPACE     : [ \t\r\n]+ -> skip ;
STRANGE   : . ;

fragment N : [A-Za-z_] [A-Za-z0-9_]* ;
fragment S : [ \t\r\n]* ;
