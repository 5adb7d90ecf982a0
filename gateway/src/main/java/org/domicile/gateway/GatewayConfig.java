package org.domicile.gateway;

import java.net.InetSocketAddress;
import java.util.Map;
import org.domicile.control.ScramCredentials;
import org.domicile.gateway.session.Jurisdiction;
import org.domicile.gateway.session.Limits;
import org.domicile.gateway.session.Standings;
import org.domicile.gateway.transport.Tls;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway is started with.
 *
 * @param listen port 0 takes any free one
 * @param jurisdictions by the name clients give as their database
 * @param credentials of the people of all jurisdictions
 * @param standings what the organisation says of them now
 * @param tls null where clients connect without, on loopback or through a tunnel
 * @param eventLoops threads that carry the sessions' bytes
 */
public record GatewayConfig(
        InetSocketAddress listen,
        Map<String, Jurisdiction> jurisdictions,
        ScramCredentials credentials,
        Standings standings,
        Limits limits,
        @Nullable Tls tls,
        int eventLoops) {
    public GatewayConfig {
        jurisdictions = Map.copyOf(jurisdictions);
        if (eventLoops < 1) {
            throw new IllegalArgumentException("a gateway has at least one event loop");
        }
        if (jurisdictions.isEmpty()) {
            throw new IllegalArgumentException("a gateway serves at least one jurisdiction");
        }
    }
}
