package dev.tidegate.xpath;

import org.antlr.v4.runtime.CharStream;
import org.antlr.v4.runtime.misc.Interval;

/**
 * Text as the lexer reads it, one UTF-16 code unit at a time: positions then are those of the contract, and half a
 * surrogate pair is a strange character rather than an exception (ANTLR's own stream counts code points).
 */
final class Utf16Stream implements CharStream {
    private final String text;
    private int at;

    Utf16Stream(String text) {
        this.text = text;
    }

    @Override
    public void consume() {
        if (at == text.length()) {
            throw new IllegalStateException("cannot consume the end");
        }
        at++;
    }

    @Override
    public int LA(int offset) {
        int index = offset < 0 ? at + offset : at + offset - 1;
        return offset != 0 && index >= 0 && index < text.length() ? text.charAt(index) : EOF;
    }

    @Override
    public int mark() {
        return 0;
    }

    @Override
    public void release(int marker) {}

    @Override
    public int index() {
        return at;
    }

    @Override
    public void seek(int index) {
        at = Math.min(index, text.length());
    }

    @Override
    public int size() {
        return text.length();
    }

    @Override
    public String getSourceName() {
        return UNKNOWN_SOURCE_NAME;
    }

    @Override
    public String getText(Interval interval) {
        return interval.a >= text.length() ? "" : text.substring(interval.a, Math.min(interval.b + 1, text.length()));
    }
}
