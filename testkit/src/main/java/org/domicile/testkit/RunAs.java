package org.domicile.testkit;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The user a server runs as. PostgreSQL refuses to run as root; root therefore starts it in a user
 * namespace of its own, where root is nobody, or, where the kernel forbids that (many containers
 * do), as another user.
 *
 * @param prefix the words before the server's own command line
 * @param user who owns the server's files; null where that is the caller
 */
public record RunAs(List<String> prefix, @Nullable String user) {
    /** Names the user that root's servers run as, in place of a user namespace. */
    static final String USER_VARIABLE = "DOMICILE_STORE_USER";

    private static final List<String> USERS = List.of("postgres", "nobody");

    public RunAs {
        prefix = List.copyOf(prefix);
    }

    static long uid() {
        return new UnixSystem().getUid();
    }

    static boolean isRoot() {
        return uid() == 0;
    }

    /** The caller, unless that is root. */
    public static RunAs choose() {
        if (!isRoot()) {
            return new RunAs(List.of(), null);
        }
        String chosen = System.getenv(USER_VARIABLE);
        if (chosen != null && !chosen.isEmpty()) {
            return otherUser(List.of(chosen));
        }
        return Commands.succeeds("unshare", "--user", "true") ? userNamespace() : otherUser(USERS);
    }

    static RunAs userNamespace() {
        return new RunAs(List.of("unshare", "--user"), null);
    }

    /** The first of some users as whom a program can be run. */
    static RunAs otherUser(List<String> users) {
        for (String user : users) {
            String uid = Commands.output("id", "-u", user).strip();
            String gid = Commands.output("id", "-g", user).strip();
            List<String> setpriv =
                    List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--clear-groups", "--");
            for (List<String> prefix : List.of(setpriv, List.of("runuser", "-u", user, "--"))) {
                RunAs candidate = new RunAs(prefix, user);
                if (candidate.succeeds("true")) {
                    return candidate;
                }
            }
        }
        throw new TestkitException(
                ("PostgreSQL does not run as root, and nothing else is possible here: \"unshare"
                                + " --user\" is forbidden, and neither setpriv nor runuser can become %s;"
                                + " run Domicile as an ordinary user")
                        .formatted(String.join(" or ", users)));
    }

    /** The whole command line of a program run so. */
    public List<String> command(List<String> words) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(words);
        return all;
    }

    /** Refuses where the server's user could not even reach a directory, naming what is closed. */
    public void requireReachable(Path directory) {
        if (user == null) {
            return;
        }
        Path real;
        try {
            real = directory.toRealPath();
        } catch (IOException e) {
            throw new TestkitException("no directory " + directory, e);
        }
        for (Path step = real.getRoot(); step != null; step = next(step, real)) {
            if (!succeeds("test", "-x", step.toString())) {
                throw new TestkitException(
                        ("PostgreSQL must run as %s here, who cannot enter %s; use a directory"
                                        + " elsewhere, for example below /var/tmp, or allow it with"
                                        + " chmod o+x %s")
                                .formatted(user, step, step));
            }
        }
    }

    /** Gives a tree to the server's user, unless it is theirs; only root can, or has to. */
    public void takeOver(Path root) throws IOException {
        if (!isRoot()) {
            return;
        }
        UserPrincipal owner =
                root.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(user == null ? "root" : user);
        if (!Files.getOwner(root).equals(owner)) {
            FileTree.setOwner(root, owner);
        }
    }

    private boolean succeeds(String... words) {
        return Commands.succeeds(command(List.of(words)).toArray(String[]::new));
    }

    private static @Nullable Path next(Path step, Path end) {
        return step.equals(end)
                ? null
                : end.getRoot().resolve(end.subpath(0, step.getNameCount() + 1));
    }
}
