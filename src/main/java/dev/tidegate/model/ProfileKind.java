package dev.tidegate.model;

/** What kind of app uses a profile; only offline kinds synchronize and have sync modes. */
public enum ProfileKind {
    NATIVE_MOBILE("native-mobile"),
    WEB_OFFLINE("web-offline"),
    WEB("web");

    private final String key;

    ProfileKind(String key) {
        this.key = key;
    }

    /** As it is spelt in the model file and the manifest. */
    public String key() {
        return key;
    }

    public boolean isOffline() {
        return this != WEB;
    }
}
