package org.domicile.gateway.gate.grammar;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One running instance of libpg_query. Not thread-safe, and needs a thread with a stack of {@link
 * #STACK_BYTES}. After a {@link GrammarException.Kind#TOO_COMPLEX} it must not be used again.
 *
 * <p>The names of imports and exports are the single letters emscripten's minifier gave them in
 * libpg-query 18.1.5; its {@code wasm/libpg-query.js} maps them to what they are. The version and
 * its hash are pinned by {@code package-lock.json}.
 */
final class Grammar {
    /** Deep statements recurse in the parser: about 300 bytes of WebAssembly, 1 kB of Java each. */
    static final long STACK_BYTES = 64L << 20;

    /** The module's own stack is the first 34.5 MB of its memory; what follows is its heap. */
    private static final int INITIAL_PAGES = 576;

    /** 128 MiB; the module would ask for up to 1 GiB. */
    private static final int MAX_PAGES = 2048;

    private static final String INITIALISE = "A";
    private static final String ALLOCATE = "C";
    private static final String FREE = "E";
    private static final String PARSE = "F";
    private static final String FREE_PARSE_RESULT = "G";
    private static final String SCAN = "M";
    private static final String FREE_STRING = "N";
    private static final String SET_THREW = "P";
    private static final String STACK_RESTORE = "Q";
    private static final String STACK_CURRENT = "R";

    private static final long[] NOTHING = {};

    private final Instance instance;
    private final Memory memory;
    private final ExportFunction setThrew;
    private final ExportFunction stackRestore;
    private final ExportFunction stackCurrent;

    Grammar() {
        var module = PgQuery.load();
        ImportFunction[] imports =
                module.importSection().stream()
                        .map(FunctionImport.class::cast)
                        .map(imported ->
                                new HostFunction(
                                        imported.module(),
                                        imported.name(),
                                        module.typeSection().getType(imported.typeIndex()),
                                        (running, args) -> call(imported.name(), args)))
                        .toArray(ImportFunction[]::new);
        instance =
                Instance.builder(module)
                        .withImportValues(ImportValues.builder().addFunction(imports).build())
                        .withMachineFactory(PgQuery::create)
                        .withMemoryLimits(new MemoryLimits(INITIAL_PAGES, MAX_PAGES))
                        .withMemoryFactory(ByteArrayMemory::new)
                        .build();
        memory = instance.memory();
        setThrew = instance.export(SET_THREW);
        stackRestore = instance.export(STACK_RESTORE);
        stackCurrent = instance.export(STACK_CURRENT);
        instance.export(INITIALISE).apply();
    }

    /** The parse tree as JSON, as PostgreSQL's {@code raw_parser} makes it. */
    String parse(String sql) throws GrammarException {
        return guarded(() -> parseText(sql));
    }

    /** The tokens as JSON, as PostgreSQL's scanner makes them: to test our own lexer against. */
    String scan(String sql) throws GrammarException {
        return guarded(() -> {
            int text = allocate(sql);
            int result = (int) instance.export(SCAN).apply(text)[0];
            String json = readString(result);
            instance.export(FREE_STRING).apply(result);
            instance.export(FREE).apply(text);
            if (!json.startsWith("{")) {
                throw new GrammarException(GrammarException.Kind.SYNTAX, json);
            }
            return json;
        });
    }

    private interface Work {
        String run() throws GrammarException;
    }

    private static String guarded(Work work) throws GrammarException {
        try {
            return work.run();
        } catch (ChicoryException | StackOverflowError | IndexOutOfBoundsException e) {
            // The instance is stuck half-way; GrammarPool replaces it.
            throw new GrammarException(
                    GrammarException.Kind.TOO_COMPLEX, "the statement nests too deeply");
        }
    }

    /** The structs are those of {@code pg_query.h}: PgQueryParseResult and PgQueryError. */
    private String parseText(String sql) throws GrammarException {
        int text = allocate(sql);
        int result = (int) instance.export(PARSE).apply(text)[0];
        if (result == 0) {
            throw new ChicoryException("out of memory");
        }
        int tree = memory.readInt(result);
        int error = memory.readInt(result + 8);
        String message = error == 0 ? null : readString(memory.readInt(error));
        String json = message == null ? readString(tree) : "";
        instance.export(FREE_PARSE_RESULT).apply(result);
        instance.export(FREE).apply(text);
        if (message == null) {
            return json;
        }
        if (message.startsWith("memory exhausted") || message.contains("stack depth limit")) {
            throw new ChicoryException("bison's stack is full");
        }
        throw new GrammarException(GrammarException.Kind.SYNTAX, message);
    }

    private int allocate(String sql) {
        byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
        int address = (int) instance.export(ALLOCATE).apply(bytes.length + 1)[0];
        if (address == 0) {
            throw new ChicoryException("out of memory");
        }
        memory.write(address, bytes);
        memory.writeByte(address + bytes.length, (byte) 0);
        return address;
    }

    private String readString(int address) {
        int end = address;
        while (memory.read(end) != 0) {
            end++;
        }
        return new String(memory.readBytes(address, end - address), StandardCharsets.UTF_8);
    }

    /** What a C {@code longjmp} becomes: it unwinds to the nearest {@code invoke_*}. */
    private static final class LongJump extends RuntimeException {
        private static final long serialVersionUID = 1;

        LongJump() {
            super("longjmp", null, false, false);
        }
    }

    /** Named imports that are no {@code invoke_*}; each answers what an empty world would. */
    private static final Map<String, String> WORLD =
            Map.ofEntries(
                    Map.entry("c", "assert_fail"),
                    Map.entry("x", "abort"),
                    Map.entry("w", "runtime_keepalive_clear"),
                    Map.entry("p", "throw_longjmp"),
                    Map.entry("o", "setitimer"),
                    Map.entry("q", "resize_heap"),
                    Map.entry("m", "exit"),
                    Map.entry("u", "fd_close"),
                    Map.entry("r", "fd_read"),
                    Map.entry("s", "fd_seek"),
                    Map.entry("t", "fd_write"),
                    Map.entry("v", "proc_exit"));

    private static final int NOT_SUPPORTED = 52;

    private long[] call(String name, long[] args) {
        return switch (WORLD.getOrDefault(name, "invoke")) {
            case "invoke" -> invoke(args);
            case "throw_longjmp" -> throw new LongJump();
            case "resize_heap" -> new long[] {resizeHeap((int) args[0])};
            case "runtime_keepalive_clear" -> NOTHING;
            case "setitimer" -> new long[] {0};
            case "fd_write" -> new long[] {discard(args)};
            case "fd_close", "fd_read", "fd_seek" -> new long[] {NOT_SUPPORTED};
            default -> throw new ChicoryException("the parser gave up");
        };
    }

    /**
     * {@code invoke_*}: calls a table function, and where that ends by a longjmp puts the stack
     * back, tells the C side, and returns zero.
     */
    private long[] invoke(long[] args) {
        long stack = stackCurrent.apply()[0];
        int function = instance.table(0).requiredRef((int) args[0]);
        long[] rest = new long[args.length - 1];
        System.arraycopy(args, 1, rest, 0, rest.length);
        try {
            return instance.getMachine().call(function, rest);
        } catch (LongJump e) {
            stackRestore.apply(stack);
            setThrew.apply(1, 0);
            return new long[instance.type(instance.functionType(function)).returns().size()];
        }
    }

    private int resizeHeap(int bytes) {
        long wanted = Integer.toUnsignedLong(bytes);
        long pages = (wanted + Memory.PAGE_SIZE - 1) / Memory.PAGE_SIZE;
        return pages <= MAX_PAGES && memory.grow((int) pages - memory.pages()) >= 0 ? 1 : 0;
    }

    /** Whatever C writes to its standard streams is dropped, but counted as written. */
    private int discard(long[] args) {
        int vectors = (int) args[1];
        int total = 0;
        for (int i = 0; i < (int) args[2]; i++) {
            total += memory.readInt(vectors + 8 * i + 4);
        }
        memory.writeI32((int) args[3], total);
        return 0;
    }
}
